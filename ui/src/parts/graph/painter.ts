// Keeps a picture on a canvas up to date with the least work: what was only moved is shifted, and what came into sight drawn.
import type { Colours } from './ink';
import { FarPicture } from './far';
import { amount, paint, seen, type Pixels, type Scenery, type View } from './paint';
import { LANE_HEAD } from './sizes';

/** The canvas in device pixels, how many of them a pixel of the page has, and what is looked at. */
export type Frame = { width: number; height: number; ratio: number; view: View };

/** A shift by whole device pixels. */
type Shift = { x: number; y: number };

/** How far from a whole pixel a shift may be, and still count as one. */
const WHOLE = 0.01;
/** Share of the pane a shift may reach; beyond it, drawing all is no more work. */
const FAR = 0.5;

/** Whether the picture was drawn, or one that was drawn before is shown at another scale. */
type Fidelity = 'drawn' | 'scaled';
type Shown = Frame & { scenery: Scenery; ink: Colours; fidelity: Fidelity };

/** How much larger or smaller than it was drawn a picture is shown. */
const STRETCH = 2;

export class Painter {
  #far = new FarPicture();
  /** The last picture that was drawn, while it is shown at other scales. */
  #kept: { canvas: HTMLCanvasElement; view: View } | null = null;
  #last: Shown | null = null;

  /** Draws a frame; `moving` tells that more of them follow at once. */
  draw(context: CanvasRenderingContext2D, frame: Frame, scenery: Scenery, ink: Colours, moving: boolean) {
    const last = this.#last;
    if (last && moving && this.#scale(context, last, frame, scenery, ink)) {
      this.#last = { ...frame, scenery, ink, fidelity: 'scaled' };
      return;
    }
    const { width, height, ratio } = frame;
    const same =
      last?.fidelity === 'drawn' &&
      last.scenery === scenery &&
      last.ink === ink &&
      last.ratio === ratio &&
      last.width === width &&
      last.height === height;
    const shift = same ? shiftBetween(last, frame, moving ? 'near enough' : 'exactly') : null;
    if (!last || !shift) {
      paint(context, frame, scenery, ink, { left: 0, top: 0, right: width, bottom: height });
      this.#last = { ...frame, scenery, ink, fidelity: 'drawn' };
      return;
    }
    // Where the picture stands exactly, so that what is left out in rounding does not add up.
    const view = { ...frame.view, x: last.view.x + shift.x / ratio, y: last.view.y + shift.y / ratio };
    const here = { ...frame, view };
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(context.canvas, shift.x, shift.y);
    const parts = uncovered(shift, width, height);
    if (shift.x !== 0) parts.push(...heads(scenery, here, last.view));
    for (const part of parts) paint(context, here, scenery, ink, part);
    this.#last = { ...here, scenery, ink, fidelity: 'drawn' };
  }

  /** Shows what was drawn at another scale; false when it has to be drawn, or is soon drawn. */
  #scale(
    context: CanvasRenderingContext2D,
    last: Shown,
    frame: Frame,
    scenery: Scenery,
    ink: Colours,
  ): boolean {
    const zooms = last.view.zoom !== frame.view.zoom;
    if (!zooms && last.fidelity === 'drawn') return false;
    const { width, height, ratio, view } = frame;
    const much = amount(scenery, seen(view, width / ratio, height / ratio), view.zoom);
    if (much === 'little') return false;
    if (last.fidelity === 'drawn') this.#kept = copied(context.canvas, last.view, this.#kept?.canvas);
    const kept = this.#kept;
    const by = kept ? view.zoom / kept.view.zoom : 0;
    const fits = kept !== null && kept.canvas.width === width && kept.canvas.height === height;
    const near = fits && by >= 1 / STRETCH && by <= STRETCH;
    if (!near && much === 'more') return false;
    this.#far.draw(context, frame, scenery, ink);
    if (near)
      context.drawImage(
        kept.canvas,
        ratio * (view.x - kept.view.x * by),
        ratio * (view.y - kept.view.y * by),
        width * by,
        height * by,
      );
    return true;
  }
}

/** Copies a canvas as it shows a view. */
function copied(from: HTMLCanvasElement, view: View, into = document.createElement('canvas')) {
  into.width = from.width;
  into.height = from.height;
  into.getContext('2d', { alpha: false })?.drawImage(from, 0, 0);
  return { canvas: into, view };
}

/**
 * Returns by how many whole pixels a picture moved, if it only moved, and not too far. A picture that is about to move on
 * may be half a pixel away from where it should be.
 */
export function shiftBetween(last: Frame, next: Frame, how: 'exactly' | 'near enough'): Shift | null {
  if (last.view.zoom !== next.view.zoom) return null;
  const x = (next.view.x - last.view.x) * next.ratio;
  const y = (next.view.y - last.view.y) * next.ratio;
  const whole = Math.abs(x - Math.round(x)) <= WHOLE && Math.abs(y - Math.round(y)) <= WHOLE;
  if (how === 'exactly' && !whole) return null;
  if (Math.abs(x) > next.width * FAR || Math.abs(y) > next.height * FAR) return null;
  return { x: Math.round(x), y: Math.round(y) };
}

/** Returns the parts of a canvas that a shift leaves without a picture; they do not overlap. */
export function uncovered({ x, y }: Shift, width: number, height: number): Pixels[] {
  const parts: Pixels[] = [];
  if (y > 0) parts.push({ left: 0, top: 0, right: width, bottom: y });
  if (y < 0) parts.push({ left: 0, top: height + y, right: width, bottom: height });
  const [top, bottom] = [Math.max(0, y), Math.min(height, height + y)];
  if (x > 0) parts.push({ left: 0, top, right: x, bottom });
  if (x < 0) parts.push({ left: width + x, top, right: width, bottom });
  return parts;
}

/** Returns where the names of lanes stand that do not move with their lane, since its left end is or was out of sight. */
function heads({ places }: Scenery, { width, height, ratio, view }: Frame, before: View): Pixels[] {
  const parts: Pixels[] = [];
  const scale = ratio * view.zoom;
  const reach = Math.max(view.x, before.x);
  for (const lane of places.lanes) {
    const left = lane.x * scale + Math.min(view.x, before.x) * ratio;
    const right = (lane.x + lane.width) * scale + reach * ratio;
    const top = Math.floor(lane.y * scale + view.y * ratio);
    if (lane.title === '' || left > 0 || right < 0 || top > height) continue;
    const bottom = Math.ceil(top + Math.max(LANE_HEAD * scale, 24 * ratio)) + 1;
    if (bottom > 0)
      parts.push({
        left: 0,
        top: Math.max(0, top),
        right: Math.min(width, Math.ceil(right)),
        bottom: Math.min(height, bottom),
      });
  }
  return parts;
}
