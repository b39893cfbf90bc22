// What can be done to the history and to two sessions side by side.
import { compare, desk, history, session } from '../state';
import { act } from './act.svelte';
import type { Action, Frame } from './action';

const NO_COMPARISON = 'No two sessions are compared.';

export function historyActions(frame: Frame): Action[] {
  const compared = () => (!compare.pair ? NO_COMPARISON : compare.both ? null : 'They are being read.');
  return [
    {
      id: 'read-history',
      name: 'Read the history again',
      group: 'History',
      keys: 'Ctrl+Shift+H',
      refused: () => (history.loading ? 'It is being read.' : null),
      do: () => frame.go('history'),
    },
    {
      id: 'back-to-history',
      name: 'Go back to the history',
      group: 'History',
      keys: 'Alt+←',
      refused: () =>
        desk.place === 'session' && desk.visited !== null && desk.visited === session.id
          ? null
          : 'No session is open that was opened from the history.',
      do: () => frame.go('history'),
    },
    {
      id: 'all-sessions',
      name: 'Show every session',
      group: 'History',
      keys: 'Alt+A',
      refused: () => (history.filtered ? null : 'The history is not filtered.'),
      do: () => (frame.go('history'), history.widen()),
    },
    {
      id: 'older-sessions',
      name: 'Show older sessions',
      group: 'History',
      keys: 'Alt+O',
      refused: () =>
        history.loading
          ? 'The history is being read.'
          : history.ended || !history.sessions?.length
            ? 'There are no older ones.'
            : null,
      do: () => void history.more(),
    },
    {
      id: 'compare',
      name: 'Compare the two chosen sessions',
      group: 'History',
      keys: 'Ctrl+Shift+L',
      refused: () => (history.pair ? null : 'Choose two sessions of one plan in the history.'),
      do: () => {
        const pair = history.pair;
        if (!pair) return;
        frame.go('history');
        void compare.open(pair);
      },
    },
    {
      id: 'swap-sides',
      name: 'Change the sides of the comparison',
      group: 'History',
      keys: 'Alt+S',
      refused: compared,
      do: () => (frame.go('history'), void compare.turn()),
    },
    {
      id: 'export-comparison',
      name: 'Export the comparison…',
      group: 'History',
      keys: 'Alt+P',
      refused: compared,
      do: () => (frame.go('history'), (act.sheet = 'comparison')),
    },
    {
      id: 'close-comparison',
      name: 'Close the comparison',
      group: 'History',
      keys: 'Alt+B',
      refused: () => (compare.pair ? null : NO_COMPARISON),
      do: () => (frame.go('history'), compare.close()),
    },
  ];
}
