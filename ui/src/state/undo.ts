// What a rollback takes back and what it leaves, reckoned as the engine reckons it, and whether there is anything to it.
import type { Plan, SessionHead, SessionStep } from '../ipc/types';
import { many } from '../words/format';

/** Kinds that leave something behind which a rollback would have to take back. */
const EFFECTS = new Set(['sql', 'restore', 'flag', 'command']);
/** Where a step is when a rollback begins and it was not ended. */
const STOPPED = new Set(['failed', 'interrupted', 'running']);

/** Returns true when a step leaves something behind that nothing takes back; a command may be harmless to repeat. */
export function lacksUndo(kind: string, hasUndo: boolean, idempotent: boolean): boolean {
  return !hasUndo && EFFECTS.has(kind) && !(kind === 'command' && idempotent);
}

/** A step with an effect, and the step that ends it. */
export type Pair = { step: SessionStep; by: SessionStep };

/** What a rollback will do with every step that ran. */
export type Rollback = {
  /** Steps that run once more before anything is taken back, and whose closing steps are owed again then. */
  again: SessionStep[];
  /** Steps whose undo runs, in order. */
  undo: SessionStep[];
  /** Steps that took effect and have no undo. */
  without: SessionStep[];
  /** Commands without undo that the plan calls harmless to repeat. */
  harmless: SessionStep[];
  /** Steps people did by hand, and that have no undo. */
  hand: SessionStep[];
  /** Steps that stopped on the way: what they did so far, no undo takes back. */
  partly: SessionStep[];
  /** Steps that only looked, waited, asked or copied. */
  idle: SessionStep[];
  /** Steps that their closing step takes back, which is offered at the end. */
  closed: Pair[];
};

/** Returns what a rollback will do. */
export function rollback(steps: SessionStep[], plan: Plan | null): Rollback {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const repeatable = new Set(plan?.steps.filter((step) => step.idempotent).map((step) => step.id));
  const pairs = steps.flatMap((by) => {
    const step = by.finally_for === null ? undefined : byId.get(by.finally_for);
    return step ? [{ step, by }] : [];
  });
  const closed = pairs.filter(({ step }) => step.status === 'succeeded');
  const partners = new Set(pairs.map(({ step }) => step.id));
  const begun = (step: SessionStep) => STOPPED.has(step.status) && step.started_at_ms !== null;
  const own = steps.filter((step) => !partners.has(step.id) && step.finally_for === null);
  const ran = own
    .filter((step) => step.status === 'succeeded' || (step.statements_done > 0 && STOPPED.has(step.status)))
    .toSorted((a, b) => (b.ended_seq || Infinity) - (a.ended_seq || Infinity) || 0);
  const undo = ran.filter((step) => step.has_undo);
  const rest = ran.filter((step) => !step.has_undo);
  return {
    again: closed.filter(({ by }) => by.status === 'succeeded').map(({ step }) => step),
    undo,
    without: rest.filter((step) => lacksUndo(step.kind, false, repeatable.has(step.id))),
    harmless: rest.filter((step) => step.kind === 'command' && repeatable.has(step.id)),
    hand: rest.filter((step) => step.kind === 'manual'),
    // A statement that did not end was taken back by its database; a program or a restore stops where it is. What a
    // step with a closing step did before it failed, neither its undo nor its closing step takes back.
    partly: [
      ...own.filter(
        (step) =>
          begun(step) && step.statements_done === 0 && ['command', 'restore', 'flag'].includes(step.kind),
      ),
      ...pairs
        .map(({ step }) => step)
        .filter(
          (step) =>
            begun(step) && EFFECTS.has(step.kind) && (step.kind !== 'sql' || step.statements_done > 0),
        ),
    ],
    idle: rest.filter((step) => !EFFECTS.has(step.kind) && step.kind !== 'manual'),
    closed,
  };
}

/**
 * Returns why a session is not rolled back; `null` when it can be. The runner accepts more: a rollback that takes
 * nothing back is to it a session that ends, and that is what aborting is for.
 */
export function whyNoRollback(head: SessionHead, steps: SessionStep[], plan: Plan | null): string | null {
  const over = head.state === 'finished';
  if (head.rolling_back || head.rollback_requested)
    return over ? 'It was rolled back already.' : 'It is being rolled back.';
  if (head.abort_requested && !over) return 'It is being aborted.';
  if (steps.some(({ status }) => status === 'unknown')) return 'Settle the unknown outcome first.';
  if (whyNothing(head, steps, plan) === null) return null;
  if (!steps.some((step) => step.status === 'succeeded' || step.statements_done > 0))
    return 'Nothing ran that could be taken back.';
  return over ? 'No step that ran has an undo.' : 'No step that ran has an undo; abort the session instead.';
}

/** Says as a clause why nothing that ran can be undone; `null` when something can, or when that is found out first. */
export function whyNothing(
  head: Pick<SessionHead, 'state'>,
  steps: SessionStep[],
  plan: Plan | null,
): string | null {
  const back = rollback(steps, plan);
  if (back.undo.length > 0) return null;
  // What stood when the runner went may have had an effect or none; that is found out first.
  const open = new Set(back.closed.map(({ step }) => step.id));
  if (
    head.state === 'interrupted' &&
    steps.some((step) => step.status === 'interrupted' && step.has_undo && !open.has(step.id))
  )
    return null;
  const reasons: [number, string, string][] = [
    [back.without.length, 'has no undo', 'have no undo'],
    [back.closed.length, 'is taken back by its closing step', 'are taken back by their closing steps'],
    [back.harmless.length, 'is harmless to repeat', 'are harmless to repeat'],
    [back.hand.length, 'was done by hand', 'were done by hand'],
    [back.partly.length, 'stopped on the way', 'stopped on the way'],
  ];
  const told = reasons.filter(([number]) => number > 0);
  if (told.length === 0) return 'no step that changes anything succeeded';
  return told
    .map(
      ([number, one, several], at) =>
        `${at === 0 ? many(number, 'step') : number} ${number === 1 ? one : several}`,
    )
    .join(', ');
}

/** Returns the step that takes another back at the end, in the place of its undo. */
export function closingOf<S extends { finally_for: string | null }>(steps: S[], id: string): S | null {
  return steps.find((step) => step.finally_for === id) ?? null;
}
