// What the system tells a person while another program is in front: gates, failures and the end of the session followed.
import { notify } from '../ipc';
import type { SessionHead } from '../ipc/types';
import { sessionWord } from '../words/words';
import { recall, remember } from './memory';

/** What a notice says. It names the plan and its state and nothing of its content: others may see the screen. */
export type Notice = { title: string; body: string };

/** Returns what there is to say when a session went from one state to another; `null` when it can wait. */
export function noticeOf(before: SessionHead | null, now: SessionHead): Notice | null {
  // What was so when the window came to it is no news.
  if (before === null || before.id !== now.id || before.state === now.state) return null;
  const title = `${now.plan} (${now.environment})`;
  switch (now.state) {
    case 'waiting':
      return { title, body: 'It waits for an approval or a signature.' };
    case 'failed':
      return { title, body: 'A step failed. The session waits for a choice.' };
    case 'unknown':
      return { title, body: 'The outcome of a statement is unknown. The session waits for an answer.' };
    case 'interrupted':
      return { title, body: 'The runner is gone. Nothing runs.' };
    case 'finished':
      return { title, body: `The session is over: ${sessionWord(now.state, now.outcome).word}.` };
    default:
      return null;
  }
}

export class Notices {
  on = $state(recall<boolean>('notices') ?? true);

  turn(on: boolean) {
    this.on = on;
    remember('notices', on);
  }

  hear(before: SessionHead | null, now: SessionHead) {
    // Who has the window in front sees it there.
    const notice = this.on && !document.hasFocus() ? noticeOf(before, now) : null;
    // A system that shows none loses nothing: the window shows the same.
    if (notice) void notify(notice.title, notice.body).catch(() => false);
  }
}
