// Places the steps of a graph: a lane per phase from left to right, layers from top to bottom, long lanes folded into columns.
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

export type Placed = { id: string; x: number; y: number };
export type PlacedLane = { id: string; title: string; x: number; y: number; width: number; height: number };
export type Side = 'top' | 'bottom' | 'left' | 'right';
/** An edge; `bendX` is where it turns when it goes from one column to another. */
export type Joined = {
  id: string;
  from: string;
  to: string;
  leaves: Side;
  enters: Side;
  bendX: number | null;
  critical: boolean;
};
export type Layout = { nodes: Placed[]; lanes: PlacedLane[]; edges: Joined[] };

/** Lays out `rows`. Takes time in proportion to steps and edges, and ends also on a circle. */
export function layout(rows: Row[], lanes: Lane[]): Layout {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const lane = row.phase ?? '';
    const group = groups.get(lane);
    if (group) group.push(row);
    else groups.set(lane, [row]);
  }
  const titles = new Map(lanes.map((lane) => [lane.id, lane.title]));
  const spot = new Map<
    string,
    { x: number; y: number; lane: string; column: number; layer: number; gutter: number }
  >();
  const placedLanes: PlacedLane[] = [];
  let left = 0;
  let tallest = 0;
  for (const [lane, group] of groups) {
    const depth = layers(group, byId);
    const columns: Row[][][] = [];
    for (const row of group) {
      const layer = depth.get(row.id) ?? 0;
      const column = (columns[Math.floor(layer / LAYERS_PER_COLUMN)] ??= []);
      (column[layer % LAYERS_PER_COLUMN] ??= []).push(row);
    }
    let x = left + LANE_PAD;
    let bottom = 0;
    columns.forEach((column, columnIndex) => {
      const widest = Math.max(...column.map((layer) => layer?.length ?? 0));
      const width = widest * NODE_WIDTH + (widest - 1) * GAP_X;
      column.forEach((layer, index) => {
        const own = layer.length * NODE_WIDTH + (layer.length - 1) * GAP_X;
        layer.forEach((row, position) => {
          const y = LANE_HEAD + LANE_PAD + index * (NODE_HEIGHT + GAP_Y);
          spot.set(row.id, {
            x: x + (width - own) / 2 + position * (NODE_WIDTH + GAP_X),
            y,
            lane,
            column: columnIndex,
            layer: index,
            gutter: columnIndex === 0 ? left - LANE_GAP / 2 : x - COLUMN_GAP / 2,
          });
          bottom = Math.max(bottom, y + NODE_HEIGHT);
        });
      });
      x += width + COLUMN_GAP;
    });
    const width = x - COLUMN_GAP + LANE_PAD - left;
    tallest = Math.max(tallest, bottom + LANE_PAD);
    placedLanes.push({
      id: lane,
      title: lane === '' ? '' : (titles.get(lane) ?? lane),
      x: left,
      y: 0,
      width,
      height: 0,
    });
    left += width + LANE_GAP;
  }
  for (const lane of placedLanes) lane.height = tallest;

  const edges: Joined[] = [];
  for (const row of rows) {
    const to = spot.get(row.id);
    for (const before of new Set(row.after)) {
      const from = spot.get(before);
      const source = byId.get(before);
      if (!from || !to || !source) continue;
      const together = from.lane === to.lane && from.column === to.column;
      const next = together && to.layer === from.layer + 1;
      edges.push({
        id: `${before}→${row.id}`,
        from: before,
        to: row.id,
        leaves: next ? 'bottom' : 'right',
        enters: next ? 'top' : together ? 'right' : 'left',
        bendX: together ? null : to.gutter,
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
