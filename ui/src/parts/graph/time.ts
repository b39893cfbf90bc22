// The time on a card: what a step took, or is taking, or is planned to take.
import { duration, measured } from '../../words/format';
import type { Row } from '../shapes';

/** Returns the time of a step; one that runs has how long it does so by now, of what is planned for it. */
export function timeOf(row: Row, nowMs: number | null): string {
  const run = row.back ? row.undo : row.ran;
  if (row.status === 'running' && run && nowMs !== null) {
    const seconds = Math.max(0, Math.floor((nowMs - run.startMs) / 1000));
    const elapsed = duration(seconds * 1000);
    // Nothing is planned for an undo.
    return row.back || row.plannedMs === null ? elapsed : `${elapsed} of ${duration(row.plannedMs)}`;
  }
  const took = (row.back ? row.undo?.elapsedMs : null) ?? row.elapsedMs ?? null;
  return took === null ? duration(row.plannedMs) : measured(took);
}
