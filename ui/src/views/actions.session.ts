// What can be asked of the session that is open, each through the question that says what will happen.
import { desk, session } from '../state';
import { act } from './act.svelte';
import type { Action, Frame } from './action';
import { asks, type Ask } from './asks';

const NO_SESSION = 'No session is open.';

export function sessionActions(frame: Frame): Action[] {
  const head = session.head;
  const step = session.step(session.selected);
  const me = desk.opening?.user ?? '';

  /** Asks only while a runner can hear it. */
  const lives = () =>
    !head
      ? NO_SESSION
      : head.state === 'finished'
        ? 'The session is over.'
        : head.state === 'interrupted'
          ? 'Its runner is gone; let it go on first.'
          : head.abort_requested
            ? 'It is being aborted.'
            : null;
  const put = (ask: Ask) => {
    frame.go('session');
    act.ask = ask;
  };
  const one = (status: string, why: string) =>
    lives() ?? (!step ? 'No step is selected.' : step.status === status ? null : why);

  return [
    {
      id: 'pause',
      name: 'Pause the session…',
      group: 'Session',
      keys: 'Ctrl+Shift+P',
      refused: () =>
        lives() ?? (head?.state === 'paused' || head?.pause_requested ? 'It is paused already.' : null),
      do: () => put(asks.pause(session)),
    },
    {
      id: 'go-on',
      name: head?.state === 'interrupted' ? 'Let the session go on…' : 'Let the session go on',
      group: 'Session',
      keys: 'Ctrl+Shift+G',
      refused: () =>
        !head
          ? NO_SESSION
          : head.state === 'interrupted' || head.state === 'paused' || head.pause_requested
            ? null
            : 'It is not paused.',
      do: () => {
        frame.go('session');
        if (head?.state === 'interrupted') act.sheet = 'resume';
        else void session.ask({ kind: 'resume' });
      },
    },
    {
      id: 'retry',
      name: step ? `Retry “${step.title}”…` : 'Retry the selected step…',
      group: 'Session',
      keys: 'Ctrl+Shift+R',
      refused: () => one('failed', 'Only a failed step is retried.'),
      do: () => step && put(asks.retry(session, step)),
    },
    {
      id: 'skip',
      name: step ? `Skip “${step.title}”…` : 'Skip the selected step…',
      group: 'Session',
      keys: 'Ctrl+Shift+S',
      refused: () =>
        lives() ??
        (!step
          ? 'No step is selected.'
          : ['succeeded', 'skipped', 'undone', 'running'].includes(step.status)
            ? `The step is ${step.status}.`
            : null),
      do: () => step && put(asks.skip(session, step)),
    },
    {
      id: 'approve',
      name: step?.kind === 'gate' ? `Approve “${step.title}”…` : 'Approve the selected gate…',
      group: 'Session',
      keys: 'Ctrl+Shift+A',
      refused: () =>
        step?.kind === 'gate' ? one('paused', 'The gate is not open.') : (lives() ?? 'Select a gate.'),
      do: () => step && put(asks.approve(session, step, '')),
    },
    {
      id: 'sign',
      name: step?.kind === 'manual' ? `Sign “${step.title}”…` : 'Sign the selected step…',
      group: 'Session',
      keys: 'Ctrl+Shift+D',
      refused: () =>
        step?.kind === 'manual'
          ? one('paused', 'It does not wait yet.')
          : (lives() ?? 'Select a manual step.'),
      do: () =>
        step && put(asks.sign(step.back ? `${step.id}/undo` : step.id, step.title, step.waits_for ?? '', me)),
    },
    {
      id: 'abort',
      name: 'Abort the session…',
      group: 'Session',
      keys: 'Ctrl+Shift+Q',
      refused: lives,
      do: () => put(asks.abort(session)),
    },
    {
      id: 'roll-back',
      name: 'Roll back…',
      group: 'Session',
      keys: 'Ctrl+Shift+B',
      refused: () => (head ? session.noRollback : NO_SESSION),
      do: () => put(asks.rollback(session)),
    },
    {
      id: 'export',
      name: 'Export a report…',
      group: 'Session',
      keys: 'Ctrl+E',
      refused: () => (head ? null : NO_SESSION),
      do: () => {
        frame.go('session');
        act.sheet = 'export';
      },
    },
  ];
}
