// Places the steps of a graph: a lane per phase, layers from top to bottom, long lanes folded into columns and many lanes into shelves.
import type { Lane } from '../shapes';
import { closingEdges, layers, type Closing } from './layers';
import { arc, route, type Field, type Joined, type Spot } from './route';
import {
  COLUMN_GAP,
  EDGE_ROOM,
  GAP_X,
  GAP_Y,
  LANE_FOOT,
  LANE_GAP,
  LANE_HEAD,
  LANE_PAD,
  LEGIBLE,
  MARGIN,
  NODE_HEIGHT,
  NODE_WIDTH,
} from './sizes';

const ROWS_PER_COLUMN = 7;
const STEPS_PER_ROW = 6;
/** How much wider than high a folded lane should be. */
const ASPECT = 1.6;

/** What of a step its place depends on. */
export type Placeable = { id: string; phase: string | null; after: string[]; height: number };
/** The pane the picture is seen in, in pixels. */
export type Pane = { width: number; height: number };
export type Placed = { id: string; x: number; y: number; height: number };
export type PlacedLane = { id: string; title: string; x: number; y: number; width: number; height: number };
export type Layout = { nodes: Placed[]; lanes: PlacedLane[]; edges: Joined[]; width: number; height: number };

export const NOTHING: Layout = { nodes: [], lanes: [], edges: [], width: 0, height: 0 };

/** What lies inside one lane, from its own left edge. */
type Inside = {
  id: string;
  title: string;
  width: number;
  rows: number;
  spots: { step: Placeable; x: number; column: number; columnLeft: number; row: number }[];
};

/** Lays out `steps` for a pane. Takes time in proportion to steps and edges, and ends also on a circle. */
export function layout(steps: Placeable[], lanes: Lane[], pane: Pane = { width: 960, height: 800 }): Layout {
  const groups = new Map<string, Placeable[]>();
  for (const step of steps) {
    const lane = step.phase ?? '';
    const group = groups.get(lane);
    if (group) group.push(step);
    else groups.set(lane, [step]);
  }
  const titles = new Map(lanes.map((lane) => [lane.id, lane.title]));
  const closing = closingEdges(steps);
  const insides = [...groups].map(([id, group]) =>
    inside(id, id === '' ? '' : (titles.get(id) ?? id), group, closing),
  );

  const spots = new Map<string, Spot>();
  const placedLanes: PlacedLane[] = [];
  const shelfTops: number[] = [];
  const shelfFields: Field[][] = [];
  let top = 0;
  let right = 0;
  shelve(insides, pane).forEach((shelf, shelfIndex) => {
    shelfTops.push(top);
    // A row is as high as its highest step in this lane: a step that is opened moves none of another lane.
    const rowed = shelf.map((lane) => rowsOf(lane, top + LANE_HEAD + LANE_PAD));
    const bottom = rowed.reduce((most, { end }) => Math.max(most, end), top) + LANE_FOOT;
    const fields: Field[] = [];
    shelfFields.push(fields);
    let left = 0;
    shelf.forEach((lane, at) => {
      const { tops, heights } = rowed[at]!;
      const field = { left, right: left + lane.width, tops, heights };
      fields.push(field);
      placedLanes.push({
        id: lane.id,
        title: lane.title,
        x: left,
        y: top,
        width: lane.width,
        height: bottom - top,
      });
      for (const { step, x, column, columnLeft, row } of lane.spots) {
        const rowTop = tops[row] ?? top;
        spots.set(step.id, {
          x: left + x,
          y: rowTop,
          height: step.height,
          column: `${lane.id}\u0001${column}`,
          row,
          shelf: shelfIndex,
          field,
          gutter: column === 0 ? left - LANE_GAP / 2 : left + columnLeft - COLUMN_GAP / 2,
          above: rowTop - GAP_Y / 2,
          below: rowTop + (heights[row] ?? NODE_HEIGHT) + GAP_Y / 2,
        });
      }
      left += lane.width + LANE_GAP;
    });
    right = Math.max(right, left - LANE_GAP);
    top = bottom + LANE_GAP;
  });
  shelfTops.push(top);

  const rows = closing.size > 0 ? byRow(spots) : new Map<string, Spot[]>();
  const edges: Joined[] = [];
  for (const step of steps) {
    const to = spots.get(step.id);
    for (const before of new Set(step.after)) {
      const from = spots.get(before);
      if (!from || !to || before === step.id) continue;
      const closes = closing.get(step.id)?.has(before) ?? false;
      const beside = closes
        ? arc(from, to, (row) => rows.get(rowOf(from.column, row)) ?? [], edges.length)
        : null;
      edges.push({
        id: `${before}→${step.id}`,
        from: before,
        to: step.id,
        closes,
        points: beside ?? route(from, to, shelfTops, edges.length, shelfFields[from.shelf] ?? []),
      });
    }
  }
  const nodes = steps.flatMap((step) => {
    const at = spots.get(step.id);
    return at ? [{ id: step.id, x: at.x, y: at.y, height: at.height }] : [];
  });
  return whole({ nodes, lanes: placedLanes, edges, width: right, height: Math.max(0, top - LANE_GAP) });
}

/** Moves and widens the picture so that the ways around its lanes lie in it, too. */
function whole(places: Layout): Layout {
  let [left, top, right, bottom] = [0, 0, places.width, places.height];
  for (const { points } of places.edges) {
    for (let at = 0; at < points.length; at += 2) {
      const x = points[at]!;
      const y = points[at + 1]!;
      if (x - EDGE_ROOM < left) left = x - EDGE_ROOM;
      if (x + EDGE_ROOM > right) right = x + EDGE_ROOM;
      if (y - EDGE_ROOM < top) top = y - EDGE_ROOM;
      if (y + EDGE_ROOM > bottom) bottom = y + EDGE_ROOM;
    }
  }
  if (left < 0 || top < 0) {
    for (const one of [...places.nodes, ...places.lanes]) {
      one.x -= left;
      one.y -= top;
    }
    for (const { points } of places.edges) {
      for (let at = 0; at < points.length; at += 2) {
        points[at]! -= left;
        points[at + 1]! -= top;
      }
    }
  }
  return { ...places, width: right - left, height: bottom - top };
}

/** Returns where the rows of a lane lie, the first of them at `top`. */
function rowsOf(lane: Inside, top: number): { tops: number[]; heights: number[]; end: number } {
  const heights: number[] = [];
  for (const { row, step } of lane.spots) heights[row] = Math.max(heights[row] ?? NODE_HEIGHT, step.height);
  let y = top;
  const tops = heights.map((height) => {
    y += height + GAP_Y;
    return y - height - GAP_Y;
  });
  return { tops, heights, end: y - GAP_Y };
}

function rowOf(column: string, row: number): string {
  return `${column}\u0001${row}`;
}

function byRow(spots: Map<string, Spot>): Map<string, Spot[]> {
  const rows = new Map<string, Spot[]>();
  for (const spot of spots.values()) {
    const key = rowOf(spot.column, spot.row);
    const list = rows.get(key);
    if (list) list.push(spot);
    else rows.set(key, [spot]);
  }
  return rows;
}

function inside(id: string, title: string, group: Placeable[], closing: Closing): Inside {
  const rows = ordered(group, layers(group, closing)).flatMap((layer) => {
    const across = Math.max(STEPS_PER_ROW, Math.ceil(Math.sqrt(layer.length * 0.6)));
    const count = Math.ceil(layer.length / across);
    const each = Math.ceil(layer.length / count);
    return Array.from({ length: count }, (_, index) => layer.slice(index * each, (index + 1) * each));
  });
  const widest =
    rows.reduce((most, row) => Math.max(most, row.length), 1) * (NODE_WIDTH + GAP_X) + COLUMN_GAP;
  const folded = Math.sqrt((rows.length * widest) / ((NODE_HEIGHT + GAP_Y) * ASPECT));
  const perColumn = Math.max(ROWS_PER_COLUMN, Math.ceil(folded));
  const spots: Inside['spots'] = [];
  let x = LANE_PAD;
  for (let first = 0; first < rows.length; first += perColumn) {
    const column = rows.slice(first, first + perColumn);
    const most = column.reduce((sofar, row) => Math.max(sofar, row.length), 1);
    const width = most * (NODE_WIDTH + GAP_X) - GAP_X;
    column.forEach((row, index) => {
      const own = row.length * (NODE_WIDTH + GAP_X) - GAP_X;
      row.forEach((step, position) => {
        spots.push({
          step,
          x: x + (width - own) / 2 + position * (NODE_WIDTH + GAP_X),
          column: first / perColumn,
          columnLeft: x,
          row: index,
        });
      });
    });
    x += width + COLUMN_GAP;
  }
  return { id, title, width: x - COLUMN_GAP + LANE_PAD, rows: Math.min(perColumn, rows.length), spots };
}

/** Returns the layers, each in the order of what its steps wait for, so that few edges cross. */
function ordered(group: Placeable[], depth: Map<string, number>): Placeable[][] {
  const byLayer: Placeable[][] = [];
  for (const step of group) (byLayer[depth.get(step.id) ?? 0] ??= []).push(step);
  const place = new Map<string, number>();
  return byLayer.filter(Boolean).map((layer) => {
    const weighed = layer.map((step, index) => {
      const before = step.after.flatMap((id) => place.get(id) ?? []);
      const weight = before.length
        ? before.reduce((sum, one) => sum + one, 0) / before.length
        : (index + 0.5) / layer.length;
      return { step, index, weight };
    });
    weighed.sort((a, b) => a.weight - b.weight || a.index - b.index);
    weighed.forEach(({ step }, index) => place.set(step.id, (index + 0.5) / layer.length));
    return weighed.map(({ step }) => step);
  });
}

/**
 * Breaks the lanes into shelves, as a paragraph is broken into lines: so that the whole is seen largest, or, where the
 * whole could not be read, so that it is as wide as can be read and goes on further down. What is too large for that
 * takes the shape of the pane again.
 */
function shelve(lanes: Inside[], pane: Pane): Inside[][] {
  if (lanes.length === 0) return [];
  // Left of the lanes there may be a way for edges.
  const wide = Math.max(1, pane.width - MARGIN.left - MARGIN.right - LANE_GAP);
  const high = Math.max(1, pane.height - MARGIN.top - MARGIN.bottom);
  let best: Inside[][] = [];
  let bestScale = 0;
  let widest: Inside[][] = [];
  // The first shelf holds one lane, or two, or …: that is how wide the others may be.
  let room = 0;
  for (const last of lanes.slice(0, 40)) {
    room += last.width;
    const shelves = broken(lanes, room);
    const across = shelves.map((shelf) =>
      shelf.reduce((sum, lane) => sum + lane.width + LANE_GAP, -LANE_GAP),
    );
    const width = across.reduce((most, one) => Math.max(most, one), 0);
    const height = shelves.reduce(
      (sum, shelf) => sum + shelf.reduce((most, lane) => Math.max(most, heightOf(lane)), 0) + LANE_GAP,
      -LANE_GAP,
    );
    const scale = Math.min(wide / width, high / height, 1);
    // A further shelf must be worth the way the eye goes back.
    if (scale >= bestScale / 1.1) {
      best = shelves;
      bestScale = Math.max(scale, bestScale);
    }
    if (widest.length === 0 || width * LEGIBLE <= wide) widest = shelves;
    room += LANE_GAP;
  }
  return bestScale < LEGIBLE && bestScale > LEGIBLE / 4 ? widest : best;
}

/** Returns how high a lane is while none of its steps is opened; opening one must not break the shelves anew. */
function heightOf(lane: Inside): number {
  return LANE_HEAD + LANE_PAD + lane.rows * (NODE_HEIGHT + GAP_Y) - GAP_Y + LANE_FOOT;
}

/** Returns the lanes in shelves that are at most `room` wide, or hold one lane. */
function broken(lanes: Inside[], room: number): Inside[][] {
  const shelves: Inside[][] = [];
  let left = Infinity;
  for (const lane of lanes) {
    if (left + lane.width > room) {
      shelves.push([]);
      left = 0;
    }
    shelves[shelves.length - 1]!.push(lane);
    left += lane.width + LANE_GAP;
  }
  return shelves;
}
