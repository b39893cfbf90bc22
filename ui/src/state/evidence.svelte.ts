// The result of a query as evidence: text that goes into the note of a signature, and so into the journal.
import { asProblem, closeQuery, queryPage, runQuery } from '../ipc';
import type { Problem } from '../ipc/types';

/** Rows and characters that a note takes; who needs more exports the result and names the file. */
const ROWS = 10;
const LONGEST = 1200;
const PATIENCE_MS = 60_000;

export class Evidence {
  asking = $state(false);
  problem: Problem | null = $state(null);

  /** Asks a connection, read-only, and returns question and answer as text; `null` when it was refused. */
  async ask(connection: string, sql: string): Promise<string | null> {
    this.asking = true;
    this.problem = null;
    try {
      const result = await runQuery(connection, sql, PATIENCE_MS, () => {});
      const page = result.rows > 0 ? await queryPage(connection, result.run, 0, ROWS) : null;
      const rows = page?.rows.slice(0, ROWS) ?? [];
      return written(
        connection,
        sql,
        result.columns.map(({ name }) => name),
        rows,
        result.rows,
      );
    } catch (error) {
      this.problem = asProblem(error);
      return null;
    } finally {
      this.asking = false;
      void closeQuery(connection).catch(() => {});
    }
  }
}

/** Writes a question and its answer: the statement, then the rows with a bar between two values. */
export function written(
  connection: string,
  sql: string,
  columns: string[],
  rows: (string | null)[][],
  count: number,
): string {
  const lines = rows.map((row) => row.map((value) => value ?? 'NULL').join(' | '));
  const more = count > rows.length ? [`… ${count - rows.length} more`] : [];
  const answer = count === 0 ? ['no rows'] : [columns.join(' | '), ...lines, ...more];
  const text = [`${sql.trim()} on ${connection}:`, ...answer].join('\n');
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
