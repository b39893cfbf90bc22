// The whole picture as seen from afar, drawn once and then only scaled: what a zoom shows while it lasts.
import type { Colours } from './ink';
import { paintWhole, type Scenery, type View } from './paint';

/** Longest side of the picture that is kept, in device pixels. */
const LONGEST = 2048;

type Frame = { width: number; height: number; ratio: number; view: View };

export class FarPicture {
  #canvas: HTMLCanvasElement | null = null;
  #of: unknown[] = [];

  /** Draws the kept picture where the view has it; the first time, and when it is no longer true, it is made before. */
  draw(
    context: CanvasRenderingContext2D,
    { width, height, ratio, view }: Frame,
    scenery: Scenery,
    ink: Colours,
  ) {
    const kept = this.#kept(scenery, ink);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = ink.ground;
    context.fillRect(0, 0, width, height);
    if (!kept) return;
    const scale = ratio * view.zoom;
    const { places } = scenery;
    context.drawImage(kept, ratio * view.x, ratio * view.y, places.width * scale, places.height * scale);
  }

  #kept(scenery: Scenery, ink: Colours): HTMLCanvasElement | null {
    const { places, edges, byId, matches, forbidden, troubles, selected, edge } = scenery;
    const of = [places, edges, byId, matches, forbidden, troubles, selected, edge, ink];
    if (this.#canvas && of.every((part, at) => part === this.#of[at])) return this.#canvas;
    const scale = Math.min(1, LONGEST / Math.max(1, places.width, places.height));
    const canvas = this.#canvas ?? document.createElement('canvas');
    canvas.width = Math.max(1, Math.ceil(places.width * scale));
    canvas.height = Math.max(1, Math.ceil(places.height * scale));
    const context = canvas.getContext('2d', { alpha: false });
    if (!context) return null;
    paintWhole(context, scale, scenery, ink);
    this.#canvas = canvas;
    this.#of = of;
    return canvas;
  }
}
