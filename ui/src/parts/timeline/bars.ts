// Which bars a row has, and where: as planned, as expected from now on, as it ran.
import type { Row, Run } from '../shapes';
import type { Times } from './follow';

/** What a timeline shows: a plan nobody runs, a session with steps still to come, or one that nothing is expected of. */
export type Course = 'plan' | 'ahead' | 'past';
/** `was`: a session has run it since; `left`: it has not, and does not any more. */
export type Look = 'planned' | 'expected' | 'was' | 'left';
/** Where steps lie instead of at their planned place: what is dragged, or what is expected from now on. */
export type Moved = ReadonlyMap<string, Times>;

/** Returns when the plan has a row, with what is dragged where it is dragged to. */
export function times(row: Row, moved: Moved | null): Times | null {
  if (row.startMs === null) return null;
  return moved?.get(row.id) ?? { start: row.startMs, finish: row.finishMs ?? row.startMs };
}

/** Returns the bar of a row that is none of a run. */
export function outline(row: Row, moved: Moved | null, course: Course): (Times & { look: Look }) | null {
  const there = course === 'ahead' ? (moved?.get(row.id) ?? null) : null;
  if (there) return { ...there, look: 'expected' };
  const plan = times(row, course === 'plan' ? moved : null);
  if (!plan) return null;
  return { ...plan, look: course === 'plan' ? 'planned' : row.ran || row.undo ? 'was' : 'left' };
}

/** Returns where a row lies among those it waits for and that wait for it; what does not run has no such place. */
export function lies(row: Row, moved: Moved | null, course: Course): Times | null {
  if (course === 'plan') return times(row, moved);
  const there = course === 'ahead' ? moved?.get(row.id) : null;
  if (there) return there;
  return row.ran && { start: row.ran.startMs, finish: until(row.ran, null) };
}

/** Returns until when a run is drawn: of one whose end nobody saw only the start is known. */
export function until(run: Run, now: number | null): number {
  const goes = run.status === 'running' || run.status === 'paused';
  return run.finishMs ?? (goes ? Math.max(now ?? 0, run.startMs) : run.startMs);
}

/** Returns true where a bar has no length that somebody gave; a gate has none anyway. */
export function isUntimed(row: Row): boolean {
  return row.untimed === true && row.kind !== 'gate' && (row.rehearsedMs ?? null) === null;
}
