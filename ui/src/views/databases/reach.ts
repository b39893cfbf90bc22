// Where a database is, as it is told in a list: the server first, since it is what must not be taken for another.
import type { Connection } from '../../ipc/types';

/** Returns the server and the database on it, or the file. */
export function reach({ engine, host, port, socket, database }: Connection): string {
  if (engine === 'sqlite') return database;
  const server = socket ?? (port === 0 ? host : `${host}:${port}`);
  return database === '' ? server : `${server}/${database}`;
}
