// How a session ended: who asked for it, what was taken back, what stayed and why, and what is still owed.
import type { Ending, EndingKind, Plan, SessionHead, SessionStep } from '../../ipc/types';
import { rollback } from '../../state/undo';
import { alike, quoted } from '../../words/names';
import type { Zone } from '../../words/zone';
import { owed } from './consequences';

/** Writes a moment as the plan's clocks show it. */
function when(zone: Zone, atMs: number): string {
  return `${zone.moment(atMs)} ${zone.short(atMs)}`;
}

function last(head: SessionHead, kind: EndingKind): Ending | null {
  return head.endings.findLast((one) => one.kind === kind) ?? null;
}

/** Says whose word it is: one person's, or that of several. */
function whose(by: string[]): string {
  const names = [...new Set(by)];
  return names.length === 1 ? `${names[0]}’s` : 'their';
}

/** Says in a sentence how a session ended, and who ended it when. */
export function endedWords(head: SessionHead, steps: SessionStep[], zone: Zone): string {
  const by = (what: string, kind: EndingKind) => {
    const one = last(head, kind);
    return one === null ? what : `${what} by ${one.by}, ${when(zone, one.at_ms)}`;
  };
  switch (head.outcome) {
    case 'succeeded': {
      const told = steps.flatMap((step) => step.told_by ?? []);
      const skipped = steps.some((step) => step.status === 'skipped');
      const word =
        told.length === 0
          ? ''
          : `, ${told.length} ${told.length === 1 ? 'counts' : 'count'} as done by ${whose(told)} word`;
      return `Done: every step succeeded${skipped ? ' or was skipped with a reason' : ''}${word}.`;
    }
    case 'rolled_back':
      return `${by('Rolled back', 'rollback')}. Every undo there is ran.`;
    case 'partly_rolled_back':
      return `${by('Rolled back', 'rollback')}, as far as undos exist.`;
    case 'aborted':
      return `${by('Aborted', 'abort')}.`;
    default:
      return 'Ended with a failure.';
  }
}

/** Says who left the closing steps that are owed; `null` where nobody was asked. */
export function leftWords(head: SessionHead, zone: Zone): string | null {
  const one = last(head, 'leave');
  return one && `Left so by ${one.by}, ${when(zone, one.at_ms)}.`;
}

/** A step whose effect stayed: why, as a sentence about it, and in a word or two that stand for several as well. */
export type Stay = { step: SessionStep; why: string; brief: string };

/** Returns the steps whose effect stayed, each with why. */
export function stayed(
  head: Pick<SessionHead, 'rolling_back'>,
  steps: SessionStep[],
  plan: Plan | null,
  twice: Set<string>,
): Stay[] {
  const { closed, undo, without, harmless, hand, partly } = rollback(steps, plan);
  const ended = closed.flatMap(({ step, by }) =>
    by.status === 'succeeded'
      ? []
      : [{ step, why: `its closing step ${quoted(by, twice)} has not run`, brief: 'not closed' }],
  );
  const because = (list: SessionStep[], why: string, brief: string) =>
    list.map((step) => ({ step, why, brief }));
  const all = [
    ...ended,
    ...because(partly, 'it stopped on the way', 'stopped on the way'),
    ...because(
      undo,
      head.rolling_back ? 'its undo did not run' : 'the session was not rolled back',
      head.rolling_back ? 'undo did not run' : 'not rolled back',
    ),
    ...because(without, 'it has no undo', 'no undo'),
    ...because(harmless, 'the plan calls it harmless to repeat', 'harmless to repeat, says the plan'),
    ...because(hand, 'it was done by hand', 'done by hand'),
  ];
  const order = new Map(steps.map((step, index) => [step.id, index]));
  return all.toSorted((a, b) => order.get(a.step.id)! - order.get(b.step.id)!);
}

/** Says of every step that a rollback which is over left something of, what and why. */
export function leftBy(
  head: SessionHead | null,
  steps: SessionStep[],
  plan: Plan | null,
): Map<string, string> {
  if (head?.state !== 'finished' || !head.rolling_back) return new Map();
  const twice = alike(steps);
  const kept = stayed(head, steps, plan, twice);
  const byId = new Map(steps.map((step) => [step.id, step]));
  return new Map([
    ...kept.map(({ step, why }) => [step.id, `not taken back: ${why}`] as const),
    ...owed(steps).map(
      (step) =>
        [
          step.id,
          `still owed: ${quoted(byId.get(step.finally_for!)!, twice)} ran, and this has not`,
        ] as const,
    ),
  ]);
}

/** Names what a rollback did not take back, those with the same reason together; `null` where it took back all. */
export function notTakenBack(
  stays: Stay[],
  named: (steps: SessionStep[], most: number) => string,
): string | null {
  const groups = new Map<string, SessionStep[]>();
  for (const { step, brief } of stays) groups.set(brief, [...(groups.get(brief) ?? []), step]);
  const words = [...groups].map(([brief, steps]) => `${named(steps, 12)} (${brief})`);
  return words.length === 0 ? null : `Not taken back: ${words.join('; ')}.`;
}
