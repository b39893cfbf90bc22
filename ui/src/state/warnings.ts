// What a person should know before a plan starts: its time, what cannot be taken back, whom it waits for.
import type { Plan, Step } from '../ipc/types';
import { visible } from '../parts/grid/visible';
import { duration, many } from '../words/format';
import { alike, named } from '../words/names';
import { zoneOf } from './rows';
import { lacksUndo } from './undo';

/** Nearer than this, a plan starts when it should. */
const ABOUT = 5 * 60_000;

/** Returns the sentences; `urgent` are those about time and what is lost for good. */
export function warnings(plan: Plan, nowMs: number): { text: string; urgent: boolean }[] {
  const steps = plan.steps.map((step) => ({ ...step, title: visible(step.title) }));
  const twice = alike(steps);
  const say = (list: Step[]) => named(list, 4, twice);
  const about = (list: Step[], sentence: (names: string) => string, urgent: boolean) =>
    list.length === 0 ? [] : [{ text: sentence(say(list)), urgent }];
  // What has a closing step is ended by that, and the closing step takes back by running.
  const ended = new Set(
    steps.flatMap((step) => (step.finally_for === null ? [] : [step.id, step.finally_for])),
  );
  const without = steps.filter(
    (step) => !ended.has(step.id) && lacksUndo(step.kind, step.undo.length > 0, step.idempotent),
  );
  const waits = plan.checklists.flatMap((list) => {
    const step = steps.find(({ id }) => id === list.before);
    const needed = list.items.reduce((sum, item) => sum + item.signatures, 0);
    return step && needed > 0
      ? [
          {
            text: `${say([step])} waits for ${many(needed, 'signature')} of the checklist “${visible(list.title)}”.`,
            urgent: false,
          },
        ]
      : [];
  });
  return [
    ...time(plan, nowMs).map((text) => ({ text, urgent: true })),
    ...about(
      steps.filter(({ destructive }) => destructive),
      (names) => `Destroys data: ${names}.`,
      true,
    ),
    ...about(
      steps.filter(({ point_of_no_return }) => point_of_no_return),
      (names) => `There is no way back after ${names}.`,
      true,
    ),
    ...about(
      steps.filter(({ downtime }) => downtime),
      (names) => `The application is down during ${names}.`,
      false,
    ),
    ...about(
      without,
      (names) => `No undo: ${names}. A rollback leaves what ${without.length === 1 ? 'it' : 'they'} did.`,
      false,
    ),
    ...waits,
  ];
}

/** How now stands to the planned start and to the windows. */
function time(plan: Plan, nowMs: number): string[] {
  const start = plan.start_at_ms;
  if (start === null) return [];
  const zone = zoneOf(plan);
  const at = (ms: number) => `${zone.say(ms)} ${zone.short(ms)}`;
  const list: string[] = [];
  if (start - nowMs > ABOUT) list.push(`The plan starts in ${duration(start - nowMs)}, ${at(start)}.`);
  else if (nowMs - start > ABOUT)
    list.push(`The plan’s start was ${duration(nowMs - start)} ago, ${at(start)}.`);
  for (const window of plan.windows) {
    if (window.opens_ms === null) continue;
    const opens = start + window.opens_ms;
    const title = `The window “${visible(window.title || window.id)}”`;
    if (nowMs < opens) list.push(`${title} is not open; it opens in ${duration(opens - nowMs)}.`);
    else if (nowMs > opens + window.length_ms)
      list.push(`${title} closed ${duration(nowMs - opens - window.length_ms)} ago.`);
  }
  return list;
}
