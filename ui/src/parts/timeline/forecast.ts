// When the steps of a session are expected that have not run: from now on, each behind what it waits for.
import type { Lane, Row } from '../shapes';
import type { Times } from './follow';
import { Order } from './order';

/** Where a step is expected. */
export type Expected = Times & {
  /** True when something before it has no estimate, so that it starts then or later. */
  unsure: boolean;
};

/** How often what is expected is reckoned anew; in between nothing changes but the clock. */
export const COARSE_MS = 5000;

/** What is over and done; a step that failed, or was stopped, is still to be run. */
const ENDED = new Set(['succeeded', 'skipped']);

/**
 * Returns where the steps that have not ended are expected, `now` being an offset from the start.
 *
 * What runs ends when it has taken what it is expected to take, at the earliest now. A step that nobody estimated takes
 * no time here, so that no number is told that nobody gave.
 */
export function forecast(rows: Row[], lanes: Lane[], now: number): Map<string, Expected> {
  const order = new Order(rows, lanes);
  const expected = new Map<string, Expected>();
  /** Latest end in each phase that somebody waits for, and whether it is sure. */
  const ends = new Map<string, { finish: number; late: boolean }>();
  const late = (row: Row, unsure: boolean) => unsure || lengthOf(row) === null;
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const row of order.rows) {
    if (ENDED.has(row.status)) continue;
    let [start, unsure] = [now, false];
    const wait = (before: Row) => {
      const there = expected.get(before.id);
      if (!there) return;
      start = Math.max(start, there.finish);
      unsure ||= late(before, there.unsure);
    };
    for (const id of row.after) {
      const before = byId.get(id);
      if (before) wait(before);
    }
    for (const phase of order.before(row)) {
      let end = ends.get(phase);
      if (!end) {
        end = { finish: now, late: false };
        for (const member of order.members(phase)) {
          const there = expected.get(member.id);
          if (!there) continue;
          end = { finish: Math.max(end.finish, there.finish), late: end.late || late(member, there.unsure) };
        }
        // All of its steps lie before this one in the order, so its end is known by now.
        ends.set(phase, end);
      }
      start = Math.max(start, end.finish);
      unsure ||= end.late;
    }
    const length = lengthOf(row) ?? 0;
    if (isUnderWay(row)) {
      start = Math.min(row.ran?.startMs ?? now, now);
      unsure = false;
    }
    expected.set(row.id, { start, finish: Math.max(now, start + length), unsure });
  }
  return expected;
}

/**
 * Returns what is expected as it is `now`, without reckoning it anew: what waits begins now at the earliest, and is
 * later by as much as the first of it is.
 */
export function since(expected: Map<string, Expected>, rows: Row[], now: number): Map<string, Expected> {
  const goes = new Set(rows.filter(isUnderWay).map((row) => row.id));
  let first = Infinity;
  for (const [id, { start }] of expected) if (!goes.has(id)) first = Math.min(first, start);
  const late = Math.max(0, Math.floor(now - first));
  const moved = new Map<string, Expected>();
  for (const [id, there] of expected) {
    const { start, finish } = there;
    moved.set(
      id,
      goes.has(id)
        ? { ...there, finish: Math.max(finish, now) }
        : { ...there, start: start + late, finish: finish + late },
    );
  }
  return moved;
}

/** Returns true while a step runs, or has begun to wait for people. */
export function isUnderWay(row: Row): boolean {
  const begun = row.ran !== null && row.ran.finishMs === null;
  return begun && !row.back && (row.status === 'running' || row.status === 'paused');
}

/** Returns how long a step is expected to take; `null` when nobody can tell. */
export function lengthOf(row: Row): number | null {
  return row.expectedMs ?? row.plannedMs;
}
