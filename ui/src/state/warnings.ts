// What a person should know before a plan starts: its time, what cannot be taken back, whom it waits for.
import type { Plan, Step } from '../ipc/types';
import { visible } from '../parts/grid/visible';
import { duration, many } from '../words/format';
import { alike, listed, said, type Words } from '../words/names';
import { zoneOf } from './rows';
import { lacksUndo } from './undo';

/** Nearer than this, a plan starts when it should. */
const ABOUT = 5 * 60_000;

/** More checklists than this that wait are told in one sentence. */
const MOST = 4;

/** A sentence whole and in pieces; `urgent` are those about time and what is lost for good. */
export type Warning = { text: string; words: Words; urgent: boolean };

/** Returns what there is to say before the plan starts. */
export function warnings(plan: Plan, nowMs: number): Warning[] {
  const steps = plan.steps.map((step) => ({ ...step, title: visible(step.title) }));
  const twice = alike(steps);
  const say = (list: Step[]) => listed(list, MOST, twice);
  const tell = (words: Words, urgent: boolean): Warning => ({ text: said(words), words, urgent });
  const about = (before: string, list: Step[], after: string, urgent: boolean) =>
    list.length === 0 ? [] : [tell([before, ...say(list), after], urgent)];
  // What has a closing step is ended by that, and the closing step takes back by running.
  const ended = new Set(
    steps.flatMap((step) => (step.finally_for === null ? [] : [step.id, step.finally_for])),
  );
  const without = steps.filter(
    (step) => !ended.has(step.id) && lacksUndo(step.kind, step.undo.length > 0, step.idempotent),
  );
  const waiting = plan.checklists.flatMap((list) => {
    const step = steps.find(({ id }) => id === list.before);
    const needed = list.items.reduce((sum, item) => sum + item.signatures, 0);
    return step && needed > 0 ? [{ step, needed, title: visible(list.title) }] : [];
  });
  const waits =
    waiting.length > MOST
      ? about('', [...new Set(waiting.map(({ step }) => step))], ' wait for signatures of checklists.', false)
      : waiting.map(({ step, needed, title }) =>
          tell(
            [
              ...say([step]),
              ` waits for ${many(needed, 'signature')} of the checklist “`,
              { name: title },
              '”.',
            ],
            false,
          ),
        );
  return [
    ...time(plan, nowMs).map((words) => tell(words, true)),
    ...about(
      'Destroys data: ',
      steps.filter(({ destructive }) => destructive),
      '.',
      true,
    ),
    ...about(
      'There is no way back after ',
      steps.filter(({ point_of_no_return }) => point_of_no_return),
      '.',
      true,
    ),
    ...about(
      'The application is down during ',
      steps.filter(({ downtime }) => downtime),
      '.',
      false,
    ),
    ...about(
      'No undo: ',
      without,
      `. A rollback leaves what ${without.length === 1 ? 'it' : 'they'} did.`,
      false,
    ),
    ...waits,
  ];
}

/** How now stands to the planned start and to the windows. */
function time(plan: Plan, nowMs: number): Words[] {
  const start = plan.start_at_ms;
  if (start === null) return [];
  const zone = zoneOf(plan);
  const at = (ms: number) => `${zone.say(ms)} ${zone.short(ms)}`;
  const list: Words[] = [];
  if (start - nowMs > ABOUT)
    list.push([`Start runs it now, ${duration(start - nowMs)} before the planned start, ${at(start)}.`]);
  else if (nowMs - start > ABOUT)
    list.push([`Start runs it now, ${duration(nowMs - start)} after the planned start, ${at(start)}.`]);
  for (const window of plan.windows) {
    if (window.opens_ms === null) continue;
    const opens = start + window.opens_ms;
    const title = { name: visible(window.title || window.id) };
    if (nowMs < opens)
      list.push(['The window “', title, `” is not open; it opens in ${duration(opens - nowMs)}.`]);
    else if (nowMs > opens + window.length_ms)
      list.push(['The window “', title, `” closed ${duration(nowMs - opens - window.length_ms)} ago.`]);
  }
  return list;
}
