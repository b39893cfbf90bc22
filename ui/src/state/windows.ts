// How a session stands to the maintenance windows of its plan, and until when it can be taken back.
import type { Plan, SessionHead, Window } from '../ipc/types';
import { visible } from '../parts/grid/visible';
import type { Band, Row } from '../parts/shapes';
import { late } from './rows';

/** A session seen from a window. */
export type Standing = {
  id: string;
  title: string;
  /**
   * `ahead`: it opens later, as planned; `inside`: it is open; `closed`: what belongs to it ended in it.
   * `before` and `after`: what belongs to it runs before it opens, or after it closed.
   */
  place: 'ahead' | 'inside' | 'closed' | 'before' | 'after';
  /** Time until it opens or closes, or since it closed. */
  ms: number;
  /** True while its time for a rollback concerns this session. */
  counts: boolean;
};

/** Where a step is when nothing of it is left to run. */
const ENDED = new Set(['succeeded', 'skipped', 'undone']);
/** Where a step is once it may have changed something. */
const BEGUN = new Set(['running', 'succeeded', 'failed', 'interrupted', 'unknown']);

/** Returns how a session stands to each window with a date; `nowMs` is the distance from its start. */
export function standings(
  plan: Plan | null,
  bands: Band[],
  rows: Row[],
  nowMs: number,
  over: boolean,
): Standing[] {
  return bands.flatMap((band) => {
    const window = plan?.windows.find(({ id }) => id === band.id);
    return window ? [standing(window, band, rows, nowMs, over)] : [];
  });
}

function standing(window: Window, band: Band, rows: Row[], nowMs: number, over: boolean): Standing {
  const [opens, closes] = [band.opensMs, band.opensMs + band.lengthMs];
  const named = new Set(window.steps);
  // A window that names no step is meant for all of them.
  const mine = named.size === 0 ? rows : rows.filter((row) => named.has(row.id));
  const planned = mine.reduce((least, row) => Math.min(least, row.startMs ?? Infinity), Infinity);
  const due = named.size === 0 ? (window.opens_ms ?? Infinity) : planned;
  // Steps without a window may well run before it; so what names none says something only of a session that is early.
  const early =
    named.size === 0 ? due < opens : mine.some((row) => row.ran !== null && row.ran.startMs < opens);
  const late = mine.some((row) => row.ran !== null && (row.ran.finishMs ?? row.ran.startMs) > closes);
  const is = (place: Standing['place'], ms: number): Standing => ({
    id: band.id,
    title: band.title,
    place,
    ms,
    counts: place !== 'before' && closes > 0,
  });
  if (nowMs < opens) return is(early || (!over && due < opens) ? 'before' : 'ahead', opens - nowMs);
  if (over && early) return is('before', nowMs - opens);
  if (nowMs <= closes) return is('inside', closes - nowMs);
  const open = !over && mine.some((row) => !ENDED.has(row.status));
  return is(late || open ? 'after' : 'closed', nowMs - closes);
}

/** Returns the windows that a session runs outside of, and on which side. */
export function outside(stands: Standing[]): [string, 'before' | 'after'][] {
  return stands.flatMap(({ id, place }) => (place === 'before' || place === 'after' ? [[id, place]] : []));
}

/**
 * Returns the windows as they concern a session: those it runs outside of are marked, and of what is planned for a
 * rollback only the time that holds is left.
 */
export function concerning(
  bands: Band[],
  outside: Map<string, 'before' | 'after'>,
  rollbackByMs: number | null,
): Band[] {
  return bands.map((band) => ({
    ...band,
    outside: outside.get(band.id) ?? null,
    rollbackByMs: band.rollbackByMs === rollbackByMs ? rollbackByMs : null,
  }));
}

/** Until when a session can be taken back: the first of what ends that, and why it does. */
export type Deadline =
  /** By then, or the rollback does not end within the window. */
  | { kind: 'clock'; atMs: number; window: string }
  /** Before this step starts: it is the point of no return. */
  | { kind: 'step'; title: string }
  /** No more: the point of no return has begun. */
  | { kind: 'past'; title: string };

/** Returns until when a session can be taken back. A window it runs outside of sets it no time. */
export function deadline(
  plan: Plan | null,
  head: Pick<SessionHead, 'started_at_ms'> | null,
  rows: Row[],
  stands: Standing[],
): Deadline | null {
  if (plan === null) return null;
  const points = rows.filter((row) => row.pointOfNoReturn);
  const past = points.find((row) => BEGUN.has(row.status));
  if (past) return { kind: 'past', title: past.title };
  const point = points.toSorted((a, b) => (a.startMs ?? Infinity) - (b.startMs ?? Infinity))[0] ?? null;
  const place = new Map(stands.map((one) => [one.id, one]));
  let first: { kind: 'clock'; atMs: number; window: string } | null = null;
  for (const window of plan.windows) {
    const atMs = place.get(window.id)?.counts === false ? null : rollbackTime(plan, head, window, point);
    if (atMs !== null && (first === null || atMs < first.atMs))
      first = { kind: 'clock', atMs, window: visible(window.title || window.id) };
  }
  return first ?? (point && { kind: 'step', title: point.title });
}

/** Returns the time a window sets for a rollback; `null` where the point of no return comes first. */
function rollbackTime(
  plan: Plan,
  head: Pick<SessionHead, 'started_at_ms'> | null,
  window: Window,
  point: Row | null,
): number | null {
  if (window.start_rollback_by_ms === null) return null;
  // A window without a date moves along with the session.
  const shift = window.opens_ms === null ? 0 : late(plan, head);
  if (point === null || point.startMs === null || window.start_rollback_by_ms !== point.startMs)
    return window.start_rollback_by_ms - shift;
  // Planned, the step bounds it. A session that started late has less of the window, but the step as far away.
  if (shift <= 0 || window.opens_ms === null) return null;
  const start = point.startMs;
  const undo = plan.steps
    .filter((step) => step.undo.length > 0 && step.start_ms !== null && step.start_ms < start)
    .reduce((sum, step) => sum + (step.finish_ms ?? 0) - (step.start_ms ?? 0), 0);
  const atMs = window.opens_ms + window.length_ms - undo - shift;
  return atMs < start ? atMs : null;
}
