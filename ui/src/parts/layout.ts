// Places the steps of a graph: a lane per phase, layers from top to bottom, long lanes folded into columns and many lanes into shelves.
import type { Lane, Row } from './shapes';

export const NODE_WIDTH = 216;
export const NODE_HEIGHT = 78;
const GAP_X = 28;
const GAP_Y = 30;
const COLUMN_GAP = 52;
const LANE_GAP = 40;
const LANE_PAD = 16;
const LANE_HEAD = 34;
const LAYERS_PER_COLUMN = 7;
/** Smallest scale at which a step's title is read without effort. */
export const LEGIBLE = 0.85;
/** Space around the picture; at the left there are the buttons. */
export const MARGIN = { left: 52, right: 14, top: 18, bottom: 18 };

/** The pane the picture is seen in, in pixels. */
export type Pane = { width: number; height: number };

export type Placed = { id: string; x: number; y: number };
export type PlacedLane = { id: string; title: string; x: number; y: number; width: number; height: number };
export type Side = 'top' | 'bottom' | 'left' | 'right';
/** An edge; `bendX` and `bendY` are where it turns on its way from one column or shelf to another. */
export type Joined = {
  id: string;
  from: string;
  to: string;
  leaves: Side;
  enters: Side;
  bendX: number | null;
  bendY: number | null;
  critical: boolean;
};
export type Layout = { nodes: Placed[]; lanes: PlacedLane[]; edges: Joined[] };

/** What lies inside one lane, from its own left upper corner. */
type Inside = {
  id: string;
  title: string;
  width: number;
  height: number;
  spots: { id: string; x: number; y: number; column: number; layer: number; columnLeft: number }[];
};

/** Where a step came to lie, and the ways around it. */
type Spot = {
  x: number;
  y: number;
  lane: string;
  shelf: number;
  column: number;
  layer: number;
  gutter: number;
};

/** Lays out `rows` for a pane. Takes time in proportion to steps and edges, and ends also on a circle. */
export function layout(rows: Row[], lanes: Lane[], pane: Pane = { width: 960, height: 800 }): Layout {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const lane = row.phase ?? '';
    const group = groups.get(lane);
    if (group) group.push(row);
    else groups.set(lane, [row]);
  }
  const titles = new Map(lanes.map((lane) => [lane.id, lane.title]));
  const insides = [...groups].map(([id, group]) =>
    inside(id, id === '' ? '' : (titles.get(id) ?? id), group, byId),
  );
  const shelves = shelve(insides, pane);

  const spot = new Map<string, Spot>();
  const placedLanes: PlacedLane[] = [];
  const shelfTops: number[] = [];
  let top = 0;
  shelves.forEach((shelf, shelfIndex) => {
    const height = Math.max(...shelf.map((lane) => lane.height));
    shelfTops.push(top);
    let left = 0;
    for (const lane of shelf) {
      placedLanes.push({ id: lane.id, title: lane.title, x: left, y: top, width: lane.width, height });
      for (const at of lane.spots) {
        spot.set(at.id, {
          x: left + at.x,
          y: top + at.y,
          lane: lane.id,
          shelf: shelfIndex,
          column: at.column,
          layer: at.layer,
          gutter: at.column === 0 ? left - LANE_GAP / 2 : left + at.columnLeft - COLUMN_GAP / 2,
        });
      }
      left += lane.width + LANE_GAP;
    }
    top += height + LANE_GAP;
  });

  const edges: Joined[] = [];
  for (const row of rows) {
    const to = spot.get(row.id);
    for (const before of new Set(row.after)) {
      const from = spot.get(before);
      const source = byId.get(before);
      if (!from || !to || !source) continue;
      const together = from.lane === to.lane && from.column === to.column;
      const next = together && to.layer === from.layer + 1;
      const back = to.x < from.x + NODE_WIDTH;
      edges.push({
        id: `${before}→${row.id}`,
        from: before,
        to: row.id,
        leaves: next ? 'bottom' : 'right',
        enters: next ? 'top' : together ? 'right' : 'left',
        bendX: together || back ? null : to.gutter,
        // To a lane further left the way lies between two shelves.
        bendY: together || !back ? null : (shelfTops[to.shelf] ?? 0) - LANE_GAP / 2,
        critical: source.critical && row.critical,
      });
    }
  }
  const nodes = rows.flatMap((row) => {
    const at = spot.get(row.id);
    return at ? [{ id: row.id, x: at.x, y: at.y }] : [];
  });
  return { nodes, lanes: placedLanes, edges };
}

function inside(id: string, title: string, group: Row[], byId: Map<string, Row>): Inside {
  const depth = layers(group, byId);
  const columns: Row[][][] = [];
  for (const row of group) {
    const layer = depth.get(row.id) ?? 0;
    const column = (columns[Math.floor(layer / LAYERS_PER_COLUMN)] ??= []);
    (column[layer % LAYERS_PER_COLUMN] ??= []).push(row);
  }
  const spots: Inside['spots'] = [];
  let x = LANE_PAD;
  let bottom = 0;
  columns.forEach((column, columnIndex) => {
    const widest = column.reduce((most, layer) => Math.max(most, layer.length), 1);
    const width = widest * NODE_WIDTH + (widest - 1) * GAP_X;
    column.forEach((layer, index) => {
      const own = layer.length * NODE_WIDTH + (layer.length - 1) * GAP_X;
      const y = LANE_HEAD + LANE_PAD + index * (NODE_HEIGHT + GAP_Y);
      layer.forEach((row, position) => {
        const at = x + (width - own) / 2 + position * (NODE_WIDTH + GAP_X);
        spots.push({ id: row.id, x: at, y, column: columnIndex, layer: index, columnLeft: x });
      });
      bottom = Math.max(bottom, y + NODE_HEIGHT);
    });
    x += width + COLUMN_GAP;
  });
  return { id, title, width: x - COLUMN_GAP + LANE_PAD, height: bottom + LANE_PAD, spots };
}

/**
 * Breaks the lanes into shelves, as a paragraph is broken into lines: so that the whole is seen largest, or, where the
 * whole could not be read, so that it is as wide as can be read and goes on further down.
 */
function shelve(lanes: Inside[], pane: Pane): Inside[][] {
  if (lanes.length === 0) return [];
  const wide = Math.max(1, pane.width - MARGIN.left - MARGIN.right);
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
      (sum, shelf) => sum + shelf.reduce((most, lane) => Math.max(most, lane.height), 0) + LANE_GAP,
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
  return bestScale < LEGIBLE ? widest : best;
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

/** Returns the longest path to each row inside its group, without recursion: a plan may be 20,000 steps deep. */
function layers(group: Row[], byId: Map<string, Row>): Map<string, number> {
  const inside = new Set(group.map((row) => row.id));
  const open = new Map<string, number>();
  const followers = new Map<string, string[]>();
  for (const row of group) {
    const before = [...new Set(row.after)].filter((id) => inside.has(id) && byId.has(id));
    open.set(row.id, before.length);
    for (const id of before) {
      const list = followers.get(id);
      if (list) list.push(row.id);
      else followers.set(id, [row.id]);
    }
  }
  const depth = new Map<string, number>();
  const ready = group.filter((row) => open.get(row.id) === 0).map((row) => row.id);
  for (const id of ready) depth.set(id, 0);
  for (let position = 0; position < ready.length; position++) {
    const id = ready[position]!;
    const here = depth.get(id) ?? 0;
    for (const follower of followers.get(id) ?? []) {
      depth.set(follower, Math.max(depth.get(follower) ?? 0, here + 1));
      const left = (open.get(follower) ?? 1) - 1;
      open.set(follower, left);
      if (left === 0) ready.push(follower);
    }
  }
  return depth;
}

/** Returns the rows at most `hops` edges away from `id`, in file order. */
export function neighbourhood(rows: Row[], id: string, hops: number, most: number): Row[] {
  const followers = new Map<string, string[]>();
  const byId = new Map<string, Row>();
  for (const row of rows) {
    byId.set(row.id, row);
    for (const before of row.after) {
      const list = followers.get(before);
      if (list) list.push(row.id);
      else followers.set(before, [row.id]);
    }
  }
  const kept = new Set<string>([id]);
  let edge = [id];
  for (let hop = 0; hop < hops && kept.size < most; hop++) {
    const next: string[] = [];
    for (const here of edge) {
      for (const there of [...(byId.get(here)?.after ?? []), ...(followers.get(here) ?? [])]) {
        if (!kept.has(there) && kept.size < most) {
          kept.add(there);
          next.push(there);
        }
      }
    }
    edge = next;
  }
  return rows.filter((row) => kept.has(row.id));
}

/** Returns one row per phase, joined where any of their steps are. */
export function byPhase(rows: Row[], lanes: Lane[]): Row[] {
  const titles = new Map(lanes.map((lane) => [lane.id, lane.title]));
  const phaseOf = new Map(rows.map((row) => [row.id, row.phase ?? '']));
  const phases = new Map<string, { rows: Row[]; after: Set<string> }>();
  for (const row of rows) {
    const id = row.phase ?? '';
    let phase = phases.get(id);
    if (!phase) phases.set(id, (phase = { rows: [], after: new Set() }));
    phase.rows.push(row);
    for (const before of row.after) {
      const other = phaseOf.get(before);
      // Only edges to phases further up are drawn: two phases may lean on each other.
      if (other !== undefined && other !== id && phases.has(other)) phase.after.add(other);
    }
  }
  return [...phases].map(([id, phase]) => {
    const starts = phase.rows.flatMap((row) => (row.startMs === null ? [] : [row.startMs]));
    const ends = phase.rows.flatMap((row) => (row.finishMs === null ? [] : [row.finishMs]));
    const start = starts.length ? starts.reduce((a, b) => Math.min(a, b)) : null;
    const finish = ends.length ? ends.reduce((a, b) => Math.max(a, b)) : null;
    return {
      ...phase.rows[0]!,
      id: `phase:${id}`,
      title: titles.get(id) ?? (id || 'Without a phase'),
      kind: `${phase.rows.length} steps`,
      phase: null,
      after: [...phase.after].map((other) => `phase:${other}`),
      status: worst(phase.rows),
      critical: phase.rows.some((row) => row.critical),
      plannedMs: start !== null && finish !== null ? finish - start : null,
      startMs: start,
      finishMs: finish,
      elapsedMs: null,
    };
  });
}

function worst(rows: Row[]): Row['status'] {
  const found = new Set(rows.map((row) => row.status));
  for (const status of ['unknown', 'failed', 'running', 'paused', 'interrupted'] as const) {
    if (found.has(status)) return status;
  }
  if (found.size === 1) return rows[0]!.status;
  return found.has('waiting') ? 'waiting' : 'succeeded';
}
