// How a session ended: who asked for it, what was taken back, what stayed and why, and what is still owed.
import type { Ending, EndingKind, Plan, SessionHead, SessionStep } from '../../ipc/types';
import { rollback } from '../../state/undo';
import { many } from '../../words/format';
import { quoted } from '../../words/names';
import type { Zone } from '../../words/zone';

/** Writes a moment as the plan's clocks show it. */
function when(zone: Zone, atMs: number): string {
  return `${zone.moment(atMs)} ${zone.short(atMs)}`;
}

function last(head: SessionHead, kind: EndingKind): Ending | null {
  return head.endings.findLast((one) => one.kind === kind) ?? null;
}

/** Says in a sentence how a session ended, and who ended it when. */
export function endedWords(head: SessionHead, steps: SessionStep[], zone: Zone): string {
  const by = (what: string, kind: EndingKind) => {
    const one = last(head, kind);
    return one === null ? what : `${what} by ${one.by}, ${when(zone, one.at_ms)}`;
  };
  switch (head.outcome) {
    case 'succeeded': {
      const told = steps.filter((step) => step.told_by !== null).length;
      const word =
        told === 0 ? '' : `, and ${many(told, 'step')} ${told === 1 ? 'is' : 'are'} done by a person’s word`;
      return told === 0
        ? 'Done: every step succeeded or was skipped with a reason.'
        : `Done: the steps succeeded or were skipped with a reason${word}.`;
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

/** Returns the steps whose effect stayed, each with why. */
export function stayed(
  head: SessionHead,
  steps: SessionStep[],
  plan: Plan | null,
  alike: Set<string>,
): { step: SessionStep; why: string }[] {
  const { closed, undo, without, harmless, hand, partly } = rollback(steps, plan);
  const ended = closed.flatMap(({ step, by }) =>
    by.status === 'succeeded' ? [] : [{ step, why: `its closing step ${quoted(by, alike)} has not run` }],
  );
  const because = (list: SessionStep[], why: string) => list.map((step) => ({ step, why }));
  const all = [
    ...ended,
    ...because(partly, 'it stopped on the way'),
    ...because(undo, head.rolling_back ? 'its undo did not run' : 'the session was not rolled back'),
    ...because(without, 'it has no undo'),
    ...because(harmless, 'the plan calls it harmless to repeat'),
    ...because(hand, 'it was done by hand'),
  ];
  const order = new Map(steps.map((step, index) => [step.id, index]));
  return all.toSorted((a, b) => order.get(a.step.id)! - order.get(b.step.id)!);
}
