// What can be done to connections and to the history, from anywhere.
import { databases, history } from '../state';
import type { Action, Frame } from './actions';

export function databaseActions(frame: Frame): Action[] {
  return [
    {
      id: 'new-connection',
      name: 'Add a connection…',
      group: 'Databases',
      keys: 'Ctrl+Shift+N',
      do: () => (frame.go('databases'), databases.create()),
    },
    {
      id: 'read-history',
      name: 'Read the history again',
      group: 'History',
      refused: () => (history.loading ? 'It is being read.' : null),
      do: () => frame.go('history'),
    },
  ];
}
