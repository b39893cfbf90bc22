// What a request to a session will do, step by step, reckoned as the engine reckons it, so that it can be said before.
import type { Plan, Problem, SessionHead, SessionStep } from '../../ipc/types';
import { many } from '../../words/format';
import { signedBy } from '../checklists/due';

export { rollback, type Rollback } from '../../state/undo';

const done = (step: SessionStep | undefined) => step?.status === 'succeeded' || step?.status === 'skipped';

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

/** Returns how many signatures a step waits for before it starts. */
export function unsigned(step: string, plan: Plan | null, head: SessionHead | null): number {
  const items = plan?.checklists.filter((list) => list.before === step).flatMap((list) => list.items) ?? [];
  return items.reduce((sum, item) => sum + Math.max(0, item.signatures - signedBy(item, head).length), 0);
}

/** Returns whose approval a gate needs, in words; nothing where the plan is not known. */
export function approvers(gate: SessionStep, plan: Plan | null): string {
  const needs = plan?.steps.find(({ id }) => id === gate.id)?.does.find(({ label }) => label === 'Needs');
  const who = needs?.text.replace(/^\d+ of: /, '') ?? '';
  const names = who.split(', ');
  if (names.length < 2) return who;
  if (gate.approvals_needed >= names.length) return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  const list = `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
  return gate.approvals_needed > 1 ? `${gate.approvals_needed} of ${names.join(', ')}` : list;
}

/** What runs of a step, or of its undo: an undo may be of another kind than its step. */
function kindOf(step: SessionStep, plan: Plan | null): string {
  if (!step.back) return step.kind;
  const undo = plan?.steps.find(({ id }) => id === step.id)?.undo ?? [];
  return undo.some(({ label }) => label.startsWith('Command'))
    ? 'command'
    : undo.some(({ code }) => code)
      ? 'sql'
      : 'manual';
}

/** Says what a new runner does with a step; `inFlight`: it ran when the earlier runner went. */
export function resumed(step: SessionStep, plan: Plan | null, inFlight: boolean): string {
  const its = step.back ? 'its undo' : 'it';
  const origin = plan?.steps.find(({ id }) => id === step.id);
  switch (kindOf(step, plan)) {
    case 'sql':
    case 'flag':
      if (step.statements_done > 0)
        return `${its} goes on behind the ${many(step.statements_done, 'statement')} that ${step.statements_done === 1 ? 'is' : 'are'} done`;
      return inFlight
        ? `the database is asked whether ${its} was committed; if not, ${its} is sent again`
        : `${its} is sent from its beginning`;
    case 'command':
      return inFlight && !(origin?.idempotent ?? true)
        ? 'you are asked whether its program took effect, because that is not known'
        : 'its program is run again from its start';
    case 'restore':
      return inFlight
        ? 'it is made again from its start, or you are asked where databases were being swapped'
        : 'it is made from its start';
    case 'backup':
      return 'it is made again from its start';
    case 'check':
      return 'its checks are evaluated again';
    case 'gate':
      return 'it waits for its approvals again; those that were given count';
    case 'manual':
      return 'it waits for its signature';
    default:
      return `${its} starts again`;
  }
}

/** Says what of the earlier runner may still be at work; `null` where nothing can be. */
export function lingering(inFlight: SessionStep[], head: SessionHead, plan: Plan | null): string | null {
  const kinds = new Set(inFlight.map((step) => kindOf(step, plan)));
  const servers = head.bindings.some(({ engine }) => engine !== 'sqlite');
  const words = [
    ...(servers && (kinds.has('sql') || kinds.has('flag')) ? ['last statement on the server'] : []),
    ...(kinds.has('command') ? [`last program on ${head.host}`] : []),
  ];
  return words.length === 0 ? null : `Its ${words.join(' and its ')} may still be running.`;
}

/** Failures whose remedy, as the runner words it, names the rollback. */
const OFFERS_ROLLBACK = new Set(['check-failed', 'abort-criterion']);

/** Returns what can be done about a failure, without the rollback where there is none. */
export function remedied(problem: Pick<Problem, 'code' | 'hint'>, takesBack: boolean): string {
  return OFFERS_ROLLBACK.has(problem.code) && !takesBack
    ? 'Find out why, then retry the step or skip it with a reason.'
    : problem.hint;
}

/** Says what becomes of closing steps that are not run now; a session that waits at a failure may still go on. */
export function leaving(
  head: Pick<SessionHead, 'abort_requested' | 'rolling_back'>,
  failed: number,
  closing: number,
): string {
  const one = closing === 1;
  if (head.abort_requested || failed === 0)
    return `Otherwise ${one ? 'it does' : 'they do'} not run, and the session ends.`;
  if (head.rolling_back) return 'Otherwise you are asked again only after a retry.';
  return `Otherwise ${one ? 'it runs in its' : 'they run in their'} turn if the session goes on.`;
}
