// What a request to a session will do, step by step, reckoned as the engine reckons it, so that it can be said before.
import type { Plan, SessionStep } from '../../ipc/types';

const done = (step: SessionStep | undefined) => step?.status === 'succeeded' || step?.status === 'skipped';

/** Kinds that leave something behind which a rollback would have to take back; a command may be harmless to repeat. */
export const EFFECTS = new Set(['sql', 'restore', 'flag', 'command']);

/** Returns the closing steps that are owed: what they end took effect, and they have not run. */
export function owed(steps: SessionStep[]): SessionStep[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  return steps.filter(
    (step) => step.finally_for !== null && byId.get(step.finally_for)?.status === 'succeeded' && !done(step),
  );
}

/** Returns the steps that may start now, as if those in `assumed` had ended. */
export function ready(steps: SessionStep[], assumed: string[] = []): SessionStep[] {
  const ended = new Set(assumed);
  const byId = new Map(steps.map((step) => [step.id, step]));
  return steps.filter(
    (step) =>
      (step.status === 'waiting' || step.status === 'interrupted') &&
      !ended.has(step.id) &&
      step.after.every((before) => ended.has(before) || !byId.has(before) || done(byId.get(before))),
  );
}

/** Returns the steps that can start only once `id` has ended, and then do. */
export function startedBy(steps: SessionStep[], id: string): SessionStep[] {
  return ready(steps, [id]).filter((step) => step.after.includes(id));
}

export type Rollback = {
  /** Steps that run once more before anything is taken back, and whose closing steps are owed again then. */
  again: SessionStep[];
  /** Steps whose undo runs, in order. */
  undo: SessionStep[];
  /** Steps that took effect and have no undo. */
  without: SessionStep[];
  /** Closing steps that are offered at the end. */
  closing: SessionStep[];
};

/** Returns what a rollback will do. */
export function rollback(steps: SessionStep[], plan: Plan | null): Rollback {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const harmless = new Set(plan?.steps.filter((step) => step.idempotent).map((step) => step.id));
  const closing = steps.filter((step) => step.finally_for !== null && byId.has(step.finally_for));
  const partners = new Set(closing.map((step) => step.finally_for!));
  const again = closing
    .filter((step) => step.status === 'succeeded' && byId.get(step.finally_for!)?.status === 'succeeded')
    .map((step) => byId.get(step.finally_for!)!);
  const ran = steps
    .filter((step) => !partners.has(step.id) && step.finally_for === null)
    .filter(
      (step) =>
        step.status === 'succeeded' ||
        (step.statements_done > 0 && ['failed', 'interrupted', 'running'].includes(step.status)),
    )
    .toSorted((a, b) => (b.ended_seq || Infinity) - (a.ended_seq || Infinity) || 0);
  return {
    again,
    undo: ran.filter((step) => step.has_undo),
    without: ran.filter(
      (step) =>
        !step.has_undo && EFFECTS.has(step.kind) && !(step.kind === 'command' && harmless.has(step.id)),
    ),
    closing: closing.filter((step) => byId.get(step.finally_for!)?.status === 'succeeded'),
  };
}

/** Names steps in a sentence: all of a few, else the first and how many more. */
export function named(steps: { title: string }[], most = 4): string {
  const names = steps.slice(0, most).map((step) => `“${step.title}”`);
  const more = steps.length - names.length;
  if (more > 0) return `${names.join(', ')} and ${more} more`;
  return names.length > 1
    ? `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`
    : (names[0] ?? '');
}
