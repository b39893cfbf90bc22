// Every question asked before something is done to a session: what will happen, in words, and what is needed for it.
import type { Request, SessionStep } from '../ipc/types';
import { visible } from '../parts/grid/visible';
import type { SessionView } from '../state/session.svelte';
import { count, many } from '../words/format';
import { plain, quoted } from '../words/names';
import { owed, ready, rollback, startedBy, unsigned } from './session/consequences';

export type Answer = { who: string; note: string; evidence: string };
export type Ask = {
  title: string;
  text: string[];
  /** Steps concerned, in order. */
  steps: string[];
  confirm: string;
  /** What the button that changes nothing is called, where “Cancel” could be misread. */
  keep?: string;
  danger: boolean;
  who?: string;
  note?: { label: string; required: boolean };
  evidence?: boolean;
  request: (answer: Answer) => Request;
};

/** What is owed when a way out is taken, as a sentence; nothing when nothing is. */
function closings(session: SessionView, steps: SessionStep[]): string[] {
  if (steps.length === 0) return [];
  // At a failure the question is asked by itself; where it was answered with no, it is not asked again.
  const { head } = session;
  if (
    head?.state === 'failed' &&
    head.finally_offered.length === 0 &&
    head.endings.findLast(({ kind }) => kind === 'leave' || kind === 'close')?.kind === 'leave'
  )
    return [`Still owed, and then run by nothing any more: ${session.named(steps)}.`];
  const [is, it] = steps.length === 1 ? ['closing step is', 'it'] : ['closing steps are', 'them'];
  return [
    `First you are asked about what is still owed: the ${is} ${session.named(steps)}. Run ${it} or leave ${it}.`,
  ];
}

/** What happens to the steps that run when they are cancelled. */
function cancelled(session: SessionView): string {
  const { running } = session;
  if (running.length === 0) return 'Nothing runs now, so nothing is stopped.';
  const kinds = new Set(running.map(({ kind }) => kind));
  const how = [
    ...(kinds.has('sql') || kinds.has('flag')
      ? ['the database takes back what its open transaction did']
      : []),
    ...(kinds.has('command') ? ['a program is ended where it is'] : []),
    ...(kinds.has('backup') || kinds.has('restore') ? ['a backup or a restore stays unfinished'] : []),
  ];
  const what = how.length === 0 ? '' : `: ${how.join(', and ')}`;
  return `${session.named(running)} will be stopped at once${what}.`;
}

/** What starts next, and what it waits for first. */
function follows(session: SessionView, after: SessionStep[]): string {
  const held = after.map((step) => ({ step, waits: unsigned(step.id, session.plan, session.head) }));
  const free = held.filter(({ waits }) => waits === 0).map(({ step }) => step);
  return [
    ...(free.length > 0 ? [`${session.named(free)} ${free.length === 1 ? 'starts' : 'start'} at once.`] : []),
    ...held
      .filter(({ waits }) => waits > 0)
      .map(({ step, waits }) => `${quoted(step, session.alike)} waits for ${many(waits, 'signature')}.`),
  ].join(' ');
}

/** What a step that failed begins with when it is run again. */
function again(step: SessionStep): string {
  const kept = step.statements_done;
  if (kept > 0)
    return `${many(kept, 'statement')} of ${step.statements_total ?? kept} ${kept === 1 ? 'is' : 'are'} done and not sent again; it goes on with the next.`;
  if (step.back) return 'Its undo starts from its beginning.';
  switch (step.kind) {
    case 'sql':
    case 'flag':
      return 'It starts from its beginning; what the failed attempt did in a transaction was taken back by the database.';
    case 'check':
      return 'Its checks are evaluated again. They change nothing.';
    case 'command':
      return 'Its program is run again from its start; what the failed attempt did is still there.';
    default:
      return 'It starts from its beginning.';
  }
}

/** Accounts for every step that ran: what a rollback does with it. */
function accounted(session: SessionView): string[] {
  const back = rollback(session.steps, session.plan);
  const owedAgain = new Set(back.again.map(({ id }) => id));
  const list = (steps: SessionStep[]) => session.named(steps, 12);
  const [one, its] = [(steps: SessionStep[]) => steps.length === 1, session.alike];
  return [
    ...back.closed.map(({ step, by }) => {
      const undo = step.has_undo ? ' Its own undo does not run.' : '';
      const first = owedAgain.has(step.id)
        ? ` That ran already, so ${quoted(step, its)} runs once more first.`
        : '';
      return `${quoted(step, its)}: its closing step ${quoted(by, its)} takes it back, and you are asked about that at the end.${first}${undo}`;
    }),
    ...(back.without.length > 0
      ? [`Without undo, and so left as ${one(back.without) ? 'it is' : 'they are'}: ${list(back.without)}.`]
      : []),
    ...(back.partly.length > 0
      ? [
          `Not finished, and so not undone: ${list(back.partly)}. What ${one(back.partly) ? 'it' : 'they'} did so far stays.`,
        ]
      : []),
    ...(back.harmless.length > 0
      ? [
          `Not taken back, because the plan calls ${one(back.harmless) ? 'it' : 'them'} harmless to repeat: ${list(back.harmless)}.`,
        ]
      : []),
    ...(back.hand.length > 0
      ? [`Done by hand, and so left as ${one(back.hand) ? 'it is' : 'they are'}: ${list(back.hand)}.`]
      : []),
    ...(back.idle.length > 0 ? [`Nothing to take back: ${list(back.idle)}.`] : []),
  ];
}

export const asks = {
  pause: (session: SessionView): Ask => {
    const held = ready(
      session.steps,
      session.running.map((step) => step.id),
    );
    return {
      title: 'Pause the session?',
      text: [
        session.running.length > 0
          ? `${session.named(session.running)} ${session.running.length === 1 ? 'is' : 'are'} finished first.`
          : 'Nothing runs now, so it pauses at once.',
        held.length > 0
          ? `Then nothing starts, not even ${session.named(held)}, until someone presses “Go on”.`
          : 'Then nothing starts until someone presses “Go on”.',
      ],
      steps: [],
      confirm: 'Pause',
      danger: false,
      request: () => ({ kind: 'pause' }),
    };
  },

  abort: (session: SessionView): Ask => {
    const ran = session.steps.filter((step) => step.status === 'succeeded').length;
    // The closing steps are asked about apart.
    const asked = new Set(owed(session.steps).map(({ id }) => id));
    const left = session.steps.filter((step) => step.status === 'waiting' && !asked.has(step.id)).length;
    const others = `${count(left)} other ${left === 1 ? 'step' : 'steps'} will not run`;
    const instead = session.noRollback === null ? ' To take back what was done, roll back instead.' : '';
    return {
      title: 'Abort the session?',
      text: [
        cancelled(session),
        ran === 0
          ? `Nothing succeeded so far; ${many(left, 'step')} will not run.${instead}`
          : `${many(ran, 'step')} that succeeded ${ran === 1 ? 'stays' : 'stay'} as ${ran === 1 ? 'it is' : 'they are'}, ${others}.${instead}`,
        ...closings(session, owed(session.steps)),
      ],
      steps: [],
      confirm: 'Abort session',
      keep: !session.lives ? undefined : session.running.length > 0 ? 'Keep it running' : 'Keep the session',
      danger: true,
      request: () => ({ kind: 'abort' }),
    };
  },

  rollback: (session: SessionView): Ask => {
    const { undo } = rollback(session.steps, session.plan);
    return {
      title: 'Roll back?',
      text: [
        ...(session.running.length > 0 ? [cancelled(session)] : []),
        ...accounted(session),
        undo.length > 0
          ? `${many(undo.length, 'undo')} will run, last step first:`
          : session.head?.state === 'interrupted'
            ? 'Whether there is anything to undo is found out first.'
            : 'No undo will run: the session ends, and what was done stays.',
      ],
      steps: undo.map((step) => plain(step, session.alike)),
      confirm: 'Roll back',
      danger: true,
      request: () => ({ kind: 'rollback' }),
    };
  },

  /** The other answer to a gate: there is no request for it, it is a rollback where that can be, else an abort. */
  noGo: (session: SessionView, gate: SessionStep): Ask => {
    const ask = session.noRollback === null ? asks.rollback(session) : asks.abort(session);
    return {
      ...ask,
      title: `No-go at ${quoted(gate, session.alike)}: ${session.noRollback === null ? 'roll back' : 'abort the session'}?`,
      keep: 'Keep waiting',
    };
  },

  retry: (session: SessionView, step: SessionStep): Ask => {
    const after = startedBy(session.steps, step.id);
    return {
      title: `Run ${step.back ? 'the undo of ' : ''}${quoted(step, session.alike)} again?`,
      text: [
        again(step),
        after.length > 0 && !step.back
          ? `Once it succeeds: ${follows(session, after)}`
          : 'Then the session goes on.',
      ],
      steps: [],
      confirm: 'Retry step',
      danger: false,
      request: () => ({ kind: 'retry', step: step.id }),
    };
  },

  skip: (session: SessionView, step: SessionStep): Ask => {
    const after = startedBy(session.steps, step.id);
    const unchecked = step.checks.filter((check) => check.result !== 'pass').length;
    return {
      title: `Go on without ${quoted(step, session.alike)}?`,
      text: [
        `${step.kind === 'check' ? 'Later' : 'What it did so far stays. Later'} steps go on as if it had passed; it is recorded as skipped.${unchecked > 0 ? ` ${many(unchecked, 'check')} that did not pass ${unchecked === 1 ? 'is' : 'are'} not looked at again.` : ''}`,
        after.length > 0 ? follows(session, after) : 'The session goes on.',
        ...(step.has_undo && !step.back ? ['A rollback will not undo it.'] : []),
        'The reason is recorded and stands in the report.',
      ],
      steps: [],
      confirm: 'Skip step',
      danger: true,
      note: { label: 'Reason', required: true },
      request: ({ note }) => ({ kind: 'skip', step: step.id, reason: note }),
    };
  },

  approve: (session: SessionView, gate: SessionStep, who: string): Ask => ({
    title: `Approve ${quoted(gate, session.alike)}?`,
    text: gate.waits_for && gate.waits_for !== gate.title ? [gate.waits_for] : [],
    steps: [],
    confirm: 'Approve',
    danger: false,
    who,
    note: { label: 'Note', required: false },
    request: ({ who: by, note }) => ({ kind: 'approve', gate: gate.id, note, by }),
  }),

  /** Of a step, or of an item, which is no step and has a title of its own. */
  sign: (id: string, title: string, instructions: string, who: string): Ask => ({
    title: `Sign “${visible(title)}”`,
    text: instructions && instructions !== title ? [instructions] : [],
    steps: [],
    confirm: 'Sign',
    danger: false,
    who,
    note: { label: 'Note', required: false },
    evidence: true,
    request: ({ who: by, note, evidence }) => ({
      kind: 'sign',
      item: id,
      note,
      evidence: evidence || null,
      by,
    }),
  }),

  settle: (session: SessionView, step: SessionStep, applied: boolean): Ask => ({
    title: applied ? 'It was applied?' : 'It was not applied?',
    text: [
      applied
        ? `${quoted(step, session.alike)} counts as done from here on and is not sent again.`
        : `${quoted(step, session.alike)} is sent again. If it was applied after all, that may fail or do it twice.`,
      'Look into the database before you answer; the answer is recorded with your name.',
    ],
    steps: [],
    confirm: applied ? 'It was applied' : 'It was not applied',
    danger: true,
    note: { label: 'How you know (optional)', required: false },
    request: ({ note }) => ({ kind: 'settle', step: step.id, applied, note }),
  }),
};
