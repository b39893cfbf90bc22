// The way of an edge: out at the foot of a step, through the gaps between rows, columns and shelves, in at the head of another. It crosses no step.
import { LANE_GAP, NODE_WIDTH } from './sizes';

/** Where a step lies, and the ways around it: the gap beside its column, above and below its row. */
export type Spot = {
  x: number;
  y: number;
  height: number;
  column: string;
  row: number;
  shelf: number;
  gutter: number;
  above: number;
  below: number;
};

/** An edge; `points` are x and y in turn. */
export type Joined = { id: string; from: string; to: string; points: number[] };

/** Returns the corners of the way; `turn` sets edges of one gap a little apart. `shelfTops` has one more than there are shelves. */
export function route(from: Spot, to: Spot, shelfTops: number[], turn: number): number[] {
  const startX = from.x + NODE_WIDTH / 2;
  const startY = from.y + from.height;
  const endX = to.x + NODE_WIDTH / 2;
  const across = ((turn % 5) - 2) * 4;
  const level = ((turn % 3) - 1) * 3;
  const gutter = to.gutter + across;
  const below = from.below + level;
  const above = to.above + level;
  const points = [startX, startY];
  if (from.shelf === to.shelf && from.column === to.column && to.row === from.row + 1) {
    points.push(startX, to.above, endX, to.above);
  } else if (from.shelf === to.shelf) {
    points.push(startX, below, gutter, below, gutter, above, endX, above);
  } else {
    const out = from.gutter + across;
    const gap = (shelfTops[from.shelf + 1] ?? 0) - LANE_GAP / 2 + level;
    const into = (shelfTops[to.shelf] ?? 0) - LANE_GAP / 2 + level;
    points.push(startX, below, out, below, out, gap);
    // Past other shelves the way lies to the left of them all.
    if (to.shelf !== from.shelf + 1)
      points.push(across - LANE_GAP / 2 - 4, gap, across - LANE_GAP / 2 - 4, into);
    points.push(gutter, into, gutter, above, endX, above);
  }
  points.push(endX, to.y);
  return straightened(points);
}

/** Leaves out points that stand still or lie on a straight line. */
function straightened(points: number[]): number[] {
  const kept: number[] = [];
  for (let at = 0; at < points.length; at += 2) {
    const x = points[at]!;
    const y = points[at + 1]!;
    const end = kept.length;
    if (end >= 2 && kept[end - 2] === x && kept[end - 1] === y) continue;
    if (end >= 4) {
      const upright = kept[end - 4] === kept[end - 2] && kept[end - 2] === x;
      const level = kept[end - 3] === kept[end - 1] && kept[end - 1] === y;
      if (upright || level) kept.length = end - 2;
    }
    kept.push(x, y);
  }
  return kept;
}

/** Returns the corners as the path of an SVG element. */
export function path(points: number[]): string {
  let text = '';
  for (let at = 0; at < points.length; at += 2)
    text += `${at === 0 ? 'M' : 'L'}${points[at]} ${points[at + 1]}`;
  return text;
}
