// What can be done in the schema and in the query pane of the connection in sight.
import { databases, desk } from '../state';
import type { Query } from '../state/query.svelte';
import type { Schema } from '../state/schema.svelte';
import type { Action } from './action';
import { writeRows } from './databases/rows';

const NO_SCHEMA = 'Show the schema of a connection first.';
const NO_TABLE = 'Select a table or view first.';
const NO_PANE = 'Show the query pane of a connection first.';

/** Returns the schema in sight. */
function schema(): Schema | null {
  return desk.place === 'databases' && databases.part === 'schema' && databases.current
    ? databases.schemaOf(databases.current.connection)
    : null;
}

/** Returns the query pane in sight. What is not in sight is neither run nor ended. */
function pane(): Query | null {
  return desk.place === 'databases' && databases.part === 'query' && databases.current
    ? databases.queryOf(databases.current.connection.name)
    : null;
}

function schemaActions(): Action[] {
  const seen = schema();
  const table = seen?.relation ?? null;
  const called = table ? `“${table.name}”` : 'the selected table';
  const one = (why: string | null = null) => (!seen ? NO_SCHEMA : !table ? NO_TABLE : why);
  return [
    {
      id: 'read-schema',
      name: 'Read the schema again',
      group: 'Databases',
      keys: 'Shift+F5',
      refused: () => (!seen ? NO_SCHEMA : seen.loading ? 'It is being read.' : null),
      do: () => void seen?.read(),
    },
    {
      id: 'only-touched',
      name: seen?.onlyTouched ? 'List every table' : 'List only the tables that the open plan names',
      group: 'Databases',
      keys: 'Alt+T',
      refused: () =>
        !seen ? NO_SCHEMA : seen.touched.size === 0 ? 'The open plan names none of its tables.' : null,
      do: () => seen && (seen.onlyTouched = !seen.onlyTouched),
    },
    {
      id: 'count-rows',
      name: `Count the rows of ${called}`,
      group: 'Databases',
      keys: 'Alt+C',
      refused: () => one(seen?.selected && seen.counting[seen.selected] ? 'They are being counted.' : null),
      do: () => table && void seen?.count(table),
    },
    {
      id: 'query-table',
      name: `Write a query of ${called}`,
      group: 'Databases',
      keys: 'Alt+Q',
      refused: () => one(),
      do: () => table && seen && databases.ask(seen.connection, table),
    },
  ];
}

function queryActions(): Action[] {
  const query = pane();
  const busy = query !== null && (query.running || query.exporting !== null);
  return [
    {
      id: 'run-query',
      name: 'Run the query',
      group: 'Databases',
      keys: 'Ctrl+Enter',
      refused: () =>
        !query ? NO_PANE : busy ? 'It runs.' : query.sql.trim() === '' ? 'Write a query first.' : null,
      do: () => void query?.run(),
    },
    {
      id: 'cancel-query',
      name: 'Cancel the query',
      group: 'Databases',
      keys: 'Alt+X',
      refused: () => (!query ? NO_PANE : busy ? null : 'No query runs.'),
      do: () => void query?.cancel(),
    },
    {
      id: 'close-query',
      name: 'End the query and drop its result',
      group: 'Databases',
      keys: 'Alt+W',
      refused: () =>
        !query ? NO_PANE : busy || query.result || query.problem ? null : 'There is nothing to drop.',
      do: () => query?.close(),
    },
    {
      id: 'export-rows',
      name: 'Export the rows of the result…',
      group: 'Databases',
      keys: 'Alt+E',
      refused: () =>
        !query ? NO_PANE : busy ? 'It runs.' : query.result?.columns.length ? null : 'There is no result.',
      do: () => query && void writeRows(query),
    },
  ];
}

export function databasePartActions(): Action[] {
  return [...schemaActions(), ...queryActions()];
}
