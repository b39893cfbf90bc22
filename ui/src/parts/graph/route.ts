// The way of an edge: out at the foot of a step, through the gaps between rows, columns and shelves, in at the head of another. It crosses no step.
import { ASIDE, GAP_X, LANE_GAP, NODE_HEIGHT, NODE_WIDTH } from './sizes';

/** Where a lane has its rows. */
export type Field = { left: number; right: number; tops: number[]; heights: number[] };

/** Where a step lies, and the ways around it: the gap beside its column, above and below its row. */
export type Spot = {
  x: number;
  y: number;
  height: number;
  column: string;
  row: number;
  shelf: number;
  field: Field;
  gutter: number;
  above: number;
  below: number;
};

/** An edge; `points` are x and y in turn, and `closes` tells that it leads back to a step that comes before its own beginning. */
export type Joined = { id: string; from: string; to: string; closes: boolean; points: number[] };

/**
 * Returns the corners of the way; `turn` sets edges of one gap a little apart. `shelfTops` has one more than there are
 * shelves, and `fields` are those of the first step's shelf.
 */
export function route(from: Spot, to: Spot, shelfTops: number[], turn: number, fields: Field[]): number[] {
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
    if (passes(fields, from.field, startX, gutter, below)) {
      points.push(startX, below, gutter, below, gutter, above, endX, above);
    } else {
      // Where a lane between has a step at that height the way is another one: that of the row it leads to, or above all.
      const { left, right } = from.field;
      const out = (gutter > startX ? right + LANE_GAP / 2 : left - LANE_GAP / 2) + across;
      const over = passes(fields, from.field, out, endX, above)
        ? above
        : (shelfTops[from.shelf] ?? 0) - LANE_GAP / 2 + level;
      points.push(startX, below, out, below, out, over, gutter, over, gutter, above, endX, above);
    }
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

/** How far from a step an edge passes it at least. */
const CLEAR = 4;

/** Returns whether a level line crosses no step of the other lanes; opened steps have moved the rows of theirs. */
function passes(fields: Field[], own: Field, x: number, end: number, y: number): boolean {
  const [from, to] = x < end ? [x, end] : [end, x];
  for (const field of fields) {
    if (field === own || field.right <= from || field.left >= to) continue;
    for (let row = 0; row < field.tops.length; row++) {
      const top = field.tops[row]!;
      if (top - CLEAR >= y) break;
      if (y < top + field.heights[row]! + CLEAR) return false;
    }
  }
  return true;
}

/** Most rows an edge that closes a cycle passes beside its steps. */
const FARTHEST = 60;
/** How far below the middle of a gap it runs, where others do not. */
const LOWER = 5;

/**
 * Returns the corners of the way back of an edge that closes a cycle: out at the side of a step, up, and in at the side
 * of another above it or beside it. It encloses no step that lies apart; null where there is no such way.
 */
export function arc(from: Spot, to: Spot, stepsOf: (row: number) => Spot[], turn: number): number[] | null {
  const rows = from.row - to.row;
  if (from.shelf !== to.shelf || from.column !== to.column || rows < 0 || rows > FARTHEST) return null;
  const aside = ASIDE + (turn % 2) * 3;
  const startY = from.y + NODE_HEIGHT / 2;
  const endY = to.y + NODE_HEIGHT / 2;
  const above = from.above + LOWER;
  const below = rows === 0 ? above : to.below + LOWER;
  const free = (x: number) => {
    for (let row = to.row + 1; row < from.row; row++)
      if (stepsOf(row).some((step) => step.x - ASIDE < x && x < step.x + NODE_WIDTH + ASIDE)) return false;
    return true;
  };
  const left = (spot: Spot) => [spot.x, spot.x - aside] as const;
  const right = (spot: Spot) => [spot.x + NODE_WIDTH, spot.x + NODE_WIDTH + aside] as const;
  const [near, far] = to.x < from.x ? [left, right] : [right, left];
  for (const side of [near, far]) {
    const [startX, out] = side(from);
    // In its own row it comes in at the side that is turned to it.
    const [endX, into] = rows === 0 ? far(to) : side(to);
    if (rows === 0 && Math.abs(to.x - from.x) <= NODE_WIDTH + GAP_X) return [startX, startY, endX, endY];
    for (const x of [into, out])
      if (free(x))
        return straightened([
          startX,
          startY,
          out,
          startY,
          out,
          above,
          x,
          above,
          x,
          below,
          into,
          below,
          into,
          endY,
          endX,
          endY,
        ]);
  }
  return null;
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
