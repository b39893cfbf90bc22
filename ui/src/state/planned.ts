// What can be said of the time a plan takes: nothing while it cannot run, and no more than its estimates tell.
import type { Plan, Step, Window } from '../ipc/types';
import { duration, many } from '../words/format';

/** Said of the time of a plan that cannot run. */
export const UNPLANNED = 'cannot be planned until its problems are mended';

/** What is reckoned for a step without an estimate, so that it has a bar to be seen; it is no number to be told. */
const STAND_IN_MS = 1000;

/** Returns true where the times of a plan hold. That its steps need more than a window has is one of its times. */
export function plannable(plan: Pick<Plan, 'problems'>): boolean {
  return plan.problems.every(({ code }) => code === 'window-too-short');
}

/** Counted once for the steps of a plan: they are asked about by each of them. */
const counted = new WeakMap<Step[], number>();

/** Returns how many steps have no estimate; a wait lasts as long as it waits. */
export function unestimated(steps: Step[]): number {
  let missing = counted.get(steps);
  if (missing === undefined) {
    missing = steps.filter(({ estimate_ms, kind }) => estimate_ms === null && kind !== 'wait').length;
    counted.set(steps, missing);
  }
  return missing;
}

/** Writes how many steps have no estimate. */
function missingWords(missing: number): string {
  return `${many(missing, 'step')} ${missing === 1 ? 'has' : 'have'} no estimate`;
}

/** Writes how long a plan takes and what of that is not known: `at least 5m planned, 1 step has no estimate`. */
export function plannedWords(plan: Plan): string {
  const { steps, duration_ms } = plan;
  if (steps.length === 0) return 'nothing planned yet';
  if (!plannable(plan)) return UNPLANNED;
  const missing = unestimated(steps);
  if (missing === 0) return `${duration(duration_ms)} planned`;
  if (duration_ms === 0) return missingWords(missing);
  return `at least ${duration(duration_ms)} planned, ${missingWords(missing)}`;
}

/** Writes a planned length that some steps share; `null` where nothing is known of it. */
export function lengthWords(ms: number, steps: Step[]): string | null {
  if (ms === 0) return null;
  return `${unestimated(steps) > 0 ? 'at least ' : ''}${duration(ms)}`;
}

/** Writes when a step starts: `the beginning`, `+5m`, `+5m or later`; `null` where it is not known. */
export function startWords(plan: Plan, step: Step): string | null {
  if (step.start_ms === null || !plannable(plan)) return null;
  const missing = unestimated(plan.steps);
  if (step.start_ms === 0) return step.after.length === 0 || missing === 0 ? 'the beginning' : null;
  if (missing === 0) return `+${duration(step.start_ms)}`;
  return step.start_ms > missing * STAND_IN_MS ? `+${duration(step.start_ms)} or later` : null;
}

/** What a maintenance window says of what must fit into it. */
export type Needs = { words: string; tight: boolean };

/** Returns what a window needs: of its steps, or of the whole plan when it names none. */
export function needsOf(plan: Plan, window: Window): Needs | null {
  if (!plannable(plan)) return { words: UNPLANNED, tight: false };
  const named = new Set(window.steps);
  const steps = named.size === 0 ? plan.steps : plan.steps.filter(({ id }) => named.has(id));
  if (steps.length === 0 || window.needed_ms === null) return null;
  const words =
    lengthWords(window.needed_ms, steps) ?? (unestimated(steps) ? 'not known, no estimate' : 'no time');
  return { words, tight: window.fits === false };
}
