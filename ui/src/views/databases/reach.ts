// Where a database is, as it is told in a list: the server first, since it is what must not be taken for another.
import type { Connection } from '../../ipc/types';

/** Returns the server, empty for a file, and the database on it or the file. */
export function reach({ engine, host, port, socket, database }: Connection): {
  server: string;
  database: string;
} {
  if (engine === 'sqlite') return { server: '', database };
  return { server: socket ?? (port === 0 ? host : `${host}:${port}`), database };
}
