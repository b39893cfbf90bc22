// The words of statuses, states and outcomes, with the colour each one carries.

export type StatusWord =
  | 'planned'
  | 'waiting'
  | 'running'
  | 'paused'
  | 'interrupted'
  | 'unknown'
  | 'succeeded'
  | 'failed'
  | 'skipped'
  | 'undone';

export type Tint = 'idle' | 'running' | 'good' | 'bad' | 'look' | 'undone';

export const statusTint: Record<StatusWord, Tint> = {
  planned: 'idle',
  waiting: 'idle',
  running: 'running',
  paused: 'look',
  interrupted: 'look',
  unknown: 'bad',
  succeeded: 'good',
  failed: 'bad',
  skipped: 'look',
  undone: 'undone',
};

/** What a step's status is called on screen; a paused step waits for people. */
export function statusWord(status: StatusWord, back = false): string {
  if (status === 'running' && back) return 'undoing';
  if (status === 'paused') return 'needs you';
  if (status === 'failed' && back) return 'undo failed';
  return status;
}

export type StateWord =
  'running' | 'paused' | 'waiting' | 'failed' | 'unknown' | 'rolling_back' | 'interrupted' | 'finished';
export type OutcomeWord = 'succeeded' | 'failed' | 'aborted' | 'rolled_back' | 'partly_rolled_back';

const states: Record<StateWord, [string, Tint]> = {
  running: ['running', 'running'],
  paused: ['paused', 'look'],
  waiting: ['waits for people', 'look'],
  failed: ['failed, waits for a choice', 'bad'],
  unknown: ['outcome unknown', 'bad'],
  rolling_back: ['rolling back', 'undone'],
  interrupted: ['interrupted', 'look'],
  finished: ['finished', 'idle'],
};

const outcomes: Record<OutcomeWord, [string, Tint]> = {
  succeeded: ['succeeded', 'good'],
  failed: ['failed', 'bad'],
  aborted: ['aborted', 'look'],
  rolled_back: ['rolled back', 'undone'],
  partly_rolled_back: ['partly rolled back', 'bad'],
};

/** Returns the word and colour of a session: its outcome once it has one, else its state. */
export function sessionWord(state: StateWord, outcome: OutcomeWord | null): { word: string; tint: Tint } {
  const [word, tint] = state === 'finished' && outcome ? outcomes[outcome] : states[state];
  return { word, tint };
}

export const engineWord: Record<string, string> = {
  postgresql: 'PostgreSQL',
  mysql: 'MySQL / MariaDB',
  sqlite: 'SQLite',
};
