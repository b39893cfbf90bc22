// Every question asked before something is done to a session: what will happen, in words, and what is needed for it.
import type { Request } from '../ipc/types';
import type { SessionView } from '../state/session.svelte';
import { many } from '../words/format';

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

export const asks = {
  pause: (): Ask => ({
    title: 'Pause the session?',
    text: ['The step that runs now is finished first. Then nothing starts until someone presses Go on.'],
    steps: [],
    confirm: 'Pause',
    danger: false,
    request: () => ({ kind: 'pause' }),
  }),

  abort: (session: SessionView): Ask => ({
    title: 'Abort the session?',
    text: [
      session.running.length > 0
        ? 'What runs now is cancelled; what it did in a transaction is taken back by the database.'
        : 'Nothing runs now, so nothing is cancelled.',
      'Steps that succeeded stay as they are. Closing steps that are owed are offered first. To take back what was done, roll back instead.',
    ],
    steps: session.running.map((step) => step.title),
    confirm: 'Abort session',
    danger: true,
    request: () => ({ kind: 'abort' }),
  }),

  rollback: (session: SessionView): Ask => {
    const ran = session.steps.filter((step) => step.status === 'succeeded');
    const back = ran
      .filter((step) => step.has_undo)
      .toSorted((a, b) => (b.finished_at_ms ?? 0) - (a.finished_at_ms ?? 0));
    const without = ran.filter(
      (step) =>
        !step.has_undo &&
        !['check', 'gate', 'wait', 'backup'].includes(step.kind) &&
        step.finally_for === null,
    );
    return {
      title: 'Roll back?',
      text: [
        session.running.length > 0
          ? 'What runs now is cancelled. Then the undo of every step that succeeded runs, last step first.'
          : 'The undo of every step that succeeded runs, last step first.',
        back.length === 0 ? 'No step that ran has an undo.' : `${many(back.length, 'undo')} will run:`,
        ...(without.length > 0
          ? [`Without undo, and so left as they are: ${without.map((step) => step.title).join(', ')}.`]
          : []),
      ],
      steps: back.map((step) => step.title),
      confirm: 'Roll back',
      danger: true,
      request: () => ({ kind: 'rollback' }),
    };
  },

  retry: (id: string, title: string): Ask => ({
    title: `Run “${title}” again?`,
    text: [
      'The step starts from its beginning; what a failed attempt did in a transaction is not there. Then the session goes on.',
    ],
    steps: [],
    confirm: 'Retry step',
    danger: false,
    request: () => ({ kind: 'retry', step: id }),
  }),

  skip: (id: string, title: string): Ask => ({
    title: `Go on without “${title}”?`,
    text: [
      'The step is left as it is and counts as done; the steps after it start. The reason is recorded and stands in the report.',
    ],
    steps: [],
    confirm: 'Skip step',
    danger: true,
    note: { label: 'Reason', required: true },
    request: ({ note }) => ({ kind: 'skip', step: id, reason: note }),
  }),

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
