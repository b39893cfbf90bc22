// The measures of the overview: the whole picture small in a corner, and in it a frame around what is in sight.
import type { Layout } from './layout';
import { NODE_WIDTH, type Size } from './sizes';
import type { Box } from './strokes';

/** Largest size of the small picture, and the smallest pane that has room for it beside what it is about. */
const MOST = { width: 170, height: 108 };
const PANE = { width: 640, height: 320 };
/** What lies around the small picture: its border and the distance from the edge of the pane and from what is beside it. */
const AROUND = 10 + 12 + 8;
/** Smallest frame that is seen. */
const FRAME = 12;
/** Smallest size at which a step is found that is to be looked at. */
export const SPOT = 5;

export type Overview = Size & { scale: number };

/** Returns the size of the small picture and what a unit of the large one is in it. */
export function overview(places: Size): Overview {
  const scale = Math.min(MOST.width / Math.max(1, places.width), MOST.height / Math.max(1, places.height));
  return {
    scale,
    width: Math.max(24, Math.ceil(places.width * scale)),
    height: Math.max(24, Math.ceil(places.height * scale)),
  };
}

/** Returns the corner at the right and at the foot of a pane that the overview takes; null where the pane is too small. */
export function cornerOf(places: Layout, pane: Size): Size | null {
  if (places.nodes.length === 0 || pane.width < PANE.width || pane.height < PANE.height) return null;
  const { width, height } = overview(places);
  return { width: width + AROUND, height: height + AROUND };
}

/** Returns whether something of the picture is out of sight. */
export function hides(places: Size, sight: Box): boolean {
  return sight.left > 0 || sight.top > 0 || sight.right < places.width || sight.bottom < places.height;
}

/** Returns the frame around what is in sight; it is never too small to be seen, and never leaves the small picture. */
export function sightFrame(sight: Box, { scale, width, height }: Overview): Box {
  const [left, right] = span(sight.left * scale, sight.right * scale, width);
  const [top, bottom] = span(sight.top * scale, sight.bottom * scale, height);
  return { left, top, right, bottom };
}

function span(start: number, end: number, most: number): [number, number] {
  const from = Math.max(0, start);
  const to = Math.min(most, end);
  if (to - from >= FRAME) return [from, to];
  const first = Math.max(0, Math.min(most - FRAME, (from + to - FRAME) / 2));
  return [first, first + FRAME];
}

/** Returns the box around the middle of a step that is at least `least` wide and high. */
export function spotted(node: { x: number; y: number; height: number }, least: number): Box {
  const wide = Math.max(NODE_WIDTH, least);
  const high = Math.max(node.height, least);
  const left = node.x - (wide - NODE_WIDTH) / 2;
  const top = node.y - (high - node.height) / 2;
  return { left, top, right: left + wide, bottom: top + high };
}
