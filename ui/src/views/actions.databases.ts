// What can be done to connections, from anywhere.
import type { SavedConnection } from '../ipc/types';
import { databases } from '../state';
import type { Part } from '../state/databases.svelte';
import { act } from './act.svelte';
import type { Action, Frame } from './action';

const NONE = 'Select a connection first.';

const parts: [Part, string, string][] = [
  ['connection', 'form', 'f'],
  ['schema', 'schema', 's'],
  ['query', 'query pane', 'q'],
];

/** Returns the connection that is meant: the one in sight, else the only one there is. */
function meant(): SavedConnection | null {
  return databases.current ?? (databases.saved?.length === 1 ? databases.saved[0]! : null);
}

export function databaseActions(frame: Frame): Action[] {
  const entry = meant();
  const of = entry ? `of “${entry.connection.name}”` : 'of the connection';
  return [
    {
      id: 'new-connection',
      name: 'Add a connection…',
      group: 'Databases',
      keys: 'Ctrl+Shift+N',
      do: () => (frame.go('databases'), databases.create()),
    },
    {
      id: 'import-connections',
      name: 'Import connections…',
      group: 'Databases',
      keys: 'Ctrl+Shift+O',
      do: () => (frame.go('databases'), databases.imports.begin()),
    },
    ...parts.map(([part, what, keys]): Action => ({
      id: `show-${part}`,
      name: `Show the ${what} ${of}`,
      group: 'Databases',
      keys,
      refused: () => (entry ? null : NONE),
      do: () => {
        if (!entry) return;
        frame.go('databases');
        if (databases.current !== entry) databases.edit(entry);
        databases.part = part;
      },
    })),
    {
      id: 'test-connection',
      name: 'Test the connection',
      group: 'Databases',
      keys: 'F8',
      refused: () =>
        !databases.form
          ? NONE
          : databases.testing
            ? 'It is being tested.'
            : databases.testable
              ? null
              : 'It needs a database.',
      do: () => (frame.go('databases'), (databases.part = 'connection'), void databases.test()),
    },
    {
      id: 'save-connection',
      name: 'Save the connection',
      group: 'Databases',
      keys: 'Ctrl+S',
      refused: () =>
        !databases.form ? NONE : databases.saving ? 'It is being saved.' : databases.unready || null,
      do: () => (frame.go('databases'), void databases.save()),
    },
    {
      id: 'delete-connection',
      name: entry ? `Delete connection “${entry.connection.name}”…` : 'Delete the connection…',
      group: 'Databases',
      keys: 'Alt+Delete',
      refused: () => (entry ? null : NONE),
      do: () => (frame.go('databases'), (act.doomed = entry?.connection.name ?? null)),
    },
  ];
}
