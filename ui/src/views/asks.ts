// Every question asked before something is done to a session: what will happen, in words, and what is needed for it.
import type { Request, SessionStep } from '../ipc/types';
import type { SessionView } from '../state/session.svelte';
import { many } from '../words/format';
import { named, owed, ready, rollback, startedBy } from './session/consequences';

export type Answer = { who: string; note: string; evidence: string };
export type Ask = {
  title: string;
  text: string[];
  /** Steps concerned, in order. */
  steps: string[];
  confirm: string;
  danger: boolean;
  who?: string;
  note?: { label: string; required: boolean };
  evidence?: boolean;
  request: (answer: Answer) => Request;
};

/** What is owed when a way out is taken, as a sentence; nothing when nothing is. */
function closings(steps: SessionStep[]): string[] {
  if (steps.length === 0) return [];
  const [is, it] = steps.length === 1 ? ['closing step is', 'it'] : ['closing steps are', 'them'];
  return [
    `First you are asked about what is still owed: the ${is} ${named(steps)}. Run ${it} or leave ${it}.`,
  ];
}

/** What happens to the steps that run when they are cancelled. */
function cancelled(running: SessionStep[]): string {
  if (running.length === 0) return 'Nothing runs now, so nothing is cancelled.';
  return `${named(running)} ${running.length === 1 ? 'is' : 'are'} cancelled now: a database takes back what a transaction did, and a program is ended where it is.`;
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
          ? `${named(session.running)} ${session.running.length === 1 ? 'is' : 'are'} finished first.`
          : 'Nothing runs now, so it pauses at once.',
        held.length > 0
          ? `Then nothing starts, not even ${named(held)}, until someone presses Go on.`
          : 'Then nothing starts until someone presses Go on.',
      ],
      steps: [],
      confirm: 'Pause',
      danger: false,
      request: () => ({ kind: 'pause' }),
    };
  },

  abort: (session: SessionView): Ask => {
    const ran = session.steps.filter((step) => step.status === 'succeeded').length;
    const left = session.steps.filter((step) => step.status === 'waiting').length;
    return {
      title: 'Abort the session?',
      text: [
        cancelled(session.running),
        ran === 0
          ? `Nothing succeeded so far; ${many(left, 'step')} will not run.`
          : `${many(ran, 'step')} that succeeded ${ran === 1 ? 'stays' : 'stay'} as ${ran === 1 ? 'it is' : 'they are'}, ${many(left, 'step')} will not run. To take back what was done, roll back instead.`,
        ...closings(owed(session.steps)),
      ],
      steps: [],
      confirm: 'Abort session',
      danger: true,
      request: () => ({ kind: 'abort' }),
    };
  },

  rollback: (session: SessionView): Ask => {
    const { again, undo, without, closing } = rollback(session.steps, session.plan);
    return {
      title: 'Roll back?',
      text: [
        ...(undo.length === 0 ? ['No undo will run: the session ends, and what was done stays.'] : []),
        ...(session.running.length > 0 ? [cancelled(session.running)] : []),
        ...(again.length > 0
          ? [
              `Before anything is taken back, ${named(again)} ${again.length === 1 ? 'runs' : 'run'} once more.`,
            ]
          : []),
        ...(without.length > 0
          ? [
              `Without undo, and so left as ${without.length === 1 ? 'it is' : 'they are'}: ${named(without, 12)}.`,
            ]
          : []),
        ...(closing.length > 0
          ? [
              `At the end you are asked about the closing ${closing.length === 1 ? 'step' : 'steps'} ${named(closing)}.`,
            ]
          : []),
        ...(undo.length > 0 ? [`${many(undo.length, 'undo')} will run, last step first:`] : []),
      ],
      steps: undo.map((step) => step.title),
      confirm: 'Roll back',
      danger: true,
      request: () => ({ kind: 'rollback' }),
    };
  },

  retry: (session: SessionView, id: string, title: string): Ask => {
    const step = session.step(id);
    const kept = step?.statements_done ?? 0;
    const after = startedBy(session.steps, id);
    return {
      title: `Run ${step?.back ? 'the undo of ' : ''}“${title}” again?`,
      text: [
        kept > 0
          ? `${many(kept, 'statement')} of ${step?.statements_total ?? kept} ${kept === 1 ? 'is' : 'are'} done and not sent again; it goes on with the next.`
          : 'It starts from its beginning; what the failed attempt did in a transaction was taken back by the database.',
        after.length > 0 && !step?.back
          ? `Once it succeeds, ${named(after)} ${after.length === 1 ? 'starts' : 'start'}.`
          : 'Then the session goes on.',
      ],
      steps: [],
      confirm: 'Retry step',
      danger: false,
      request: () => ({ kind: 'retry', step: id }),
    };
  },

  skip: (session: SessionView, id: string, title: string): Ask => {
    const step = session.step(id);
    const after = startedBy(session.steps, id);
    const unchecked = step?.checks.filter((check) => check.result !== 'pass').length ?? 0;
    return {
      title: `Go on without “${title}”?`,
      text: [
        `What it did so far stays, and it counts as done.${unchecked > 0 ? ` ${many(unchecked, 'check')} that did not pass ${unchecked === 1 ? 'is' : 'are'} not looked at again.` : ''}`,
        after.length > 0
          ? `${named(after)} ${after.length === 1 ? 'starts' : 'start'} at once.`
          : 'The session goes on.',
        ...(step?.has_undo && !step.back ? ['A rollback will not undo it.'] : []),
        'The reason is recorded and stands in the report.',
      ],
      steps: [],
      confirm: 'Skip step',
      danger: true,
      note: { label: 'Reason', required: true },
      request: ({ note }) => ({ kind: 'skip', step: id, reason: note }),
    };
  },

  approve: (id: string, question: string, who: string): Ask => ({
    title: 'Approve the gate',
    text: [question],
    steps: [],
    confirm: 'Approve',
    danger: false,
    who,
    note: { label: 'Note', required: false },
    request: ({ who: by, note }) => ({ kind: 'approve', gate: id, note, by }),
  }),

  sign: (id: string, title: string, instructions: string, who: string): Ask => ({
    title: 'Sign',
    text: instructions && instructions !== title ? [title, instructions] : [title],
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

  settle: (id: string, title: string, applied: boolean): Ask => ({
    title: applied ? 'It was applied?' : 'It was not applied?',
    text: [
      applied
        ? `“${title}” counts as done from here on and is not sent again.`
        : `“${title}” is sent again. If it was applied after all, that may fail or do it twice.`,
      'Look into the database before you answer; the answer is recorded with your name.',
    ],
    steps: [],
    confirm: applied ? 'It was applied' : 'It was not applied',
    danger: true,
    request: () => ({ kind: 'settle', step: id, applied }),
  }),
};
