// Draws edges as lines with arrows: plain ones, those of the critical path, and those that close a cycle.
import type { Colours } from './ink';
import type { Joined } from './route';
import { HAIR, NEAR } from './sizes';

export type Box = { left: number; top: number; right: number; bottom: number };
export type Edge = Joined & Box & { critical: boolean };

/** The edges, whether some steps are found and the others dimmed, and the edge that is chosen. */
export type Lines = { edges: Edge[]; matches: Set<string> | null; edge: string | null };

/** Most edges that are quick to draw, and few enough to be told apart from afar. */
export const FEW = 400;
const DASHES = [7, 4];

/** Returns whether a part of an edge may lie in the box. */
export function mayCross(edge: Edge, box: Box): boolean {
  return edge.left < box.right && edge.right > box.left && edge.top < box.bottom && edge.bottom > box.top;
}

/** Returns an edge with the box it lies in. */
export function boxed(edge: Joined, critical: boolean): Edge {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let at = 0; at < edge.points.length; at += 2) {
    left = Math.min(left, edge.points[at]!);
    right = Math.max(right, edge.points[at]!);
    top = Math.min(top, edge.points[at + 1]!);
    bottom = Math.max(bottom, edge.points[at + 1]!);
  }
  return { ...edge, left: left - 6, top, right: right + 6, bottom, critical };
}

/** Draws the edges that may lie in the box. From afar few of them are hair lines, and many are left out: only boxes are told apart. */
export function paintEdges(
  context: CanvasRenderingContext2D,
  zoom: number,
  scenery: Lines,
  box: Box,
  ink: Colours,
) {
  const plain: Edge[] = [];
  const critical: Edge[] = [];
  const closing: Edge[] = [];
  for (const edge of scenery.edges) {
    if (mayCross(edge, box)) (edge.closes ? closing : edge.critical ? critical : plain).push(edge);
  }
  context.lineJoin = 'round';
  const arrows = zoom >= 0.3;
  const dim = scenery.matches ? 0.4 : 1;
  const hair = zoom < HAIR;
  if (!hair || scenery.edges.length < FEW) {
    context.globalAlpha = dim;
    const wide = hair ? 1 / zoom : Math.max(1.3, 0.7 / zoom);
    strokeAll(context, plain, hair ? ink.line : ink['line-strong'], wide, arrows, zoom);
    context.globalAlpha = 1;
    if (hair) strokeAll(context, critical, ink['line-strong'], wide, arrows, zoom);
    else strokeAll(context, critical, ink.text, Math.max(2.4, 1.2 / zoom), arrows, zoom);
  }
  if (closing.length > 0) {
    context.setLineDash(DASHES);
    strokeAll(context, closing, ink['state-bad'], Math.max(2, 1.2 / zoom), arrows, zoom);
    context.setLineDash([]);
  }
  const chosen =
    scenery.edge === null
      ? []
      : [...plain, ...critical, ...closing].filter((edge) => edge.id === scenery.edge);
  strokeAll(context, chosen, ink.accent, Math.max(3.4, 1.7 / zoom), arrows, zoom);
}

function strokeAll(
  context: CanvasRenderingContext2D,
  edges: Edge[],
  colour: string,
  width: number,
  arrows: boolean,
  zoom: number,
) {
  if (edges.length === 0) return;
  context.strokeStyle = colour;
  context.fillStyle = colour;
  context.lineWidth = width;
  context.beginPath();
  for (const { points } of edges) {
    const end = points.length - 2;
    context.moveTo(points[0]!, points[1]!);
    for (let at = 2; at < end; at += 2) {
      if (zoom >= NEAR) {
        const reach = Math.min(6, bend(points, at));
        context.arcTo(points[at]!, points[at + 1]!, points[at + 2]!, points[at + 3]!, reach);
      } else context.lineTo(points[at]!, points[at + 1]!);
    }
    const [x, y] = [points[end]!, points[end + 1]!];
    // An edge comes in from above, or from a side where it closes a cycle.
    const short = arrows ? 5 : 0;
    const level = points[end - 1] === y;
    context.lineTo(level ? x - Math.sign(x - points[end - 2]!) * short : x, level ? y : y - short);
  }
  context.stroke();
  if (!arrows) return;
  const half = 3 + width * 0.7;
  for (const { points } of edges) {
    const x = points[points.length - 2]!;
    const y = points[points.length - 1]!;
    const level = points[points.length - 3] === y;
    const back = level ? -8 * Math.sign(x - points[points.length - 4]!) : -8;
    // Each for itself: how a slanted side is smoothed would depend on how many are filled at once.
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(level ? x + back : x - half, level ? y - half : y + back);
    context.lineTo(level ? x + back : x + half, level ? y + half : y + back);
    context.closePath();
    context.fill();
  }
}

/** Returns how much room a corner has to be rounded in. */
function bend(points: number[], at: number): number {
  const before = Math.abs(points[at]! - points[at - 2]!) + Math.abs(points[at + 1]! - points[at - 1]!);
  const after = Math.abs(points[at + 2]! - points[at]!) + Math.abs(points[at + 3]! - points[at + 1]!);
  return Math.min(before, after) / 2;
}
