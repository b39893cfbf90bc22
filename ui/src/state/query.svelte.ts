// The query pane of one connection: its text, what runs, and the pages of the result that are at hand.
import {
  asProblem,
  cancelQuery,
  closeQuery,
  copyCells,
  exportQuery,
  queryPage,
  queryValue,
  runQuery,
} from '../ipc';
import type {
  CellSpan,
  Exported,
  Problem,
  QueryPage,
  QueryProgress,
  QueryResult,
  QueryValue,
} from '../ipc/types';

/** Rows of a page. */
export const PAGE = 200;
/** Most pages kept; further ones are fetched again. */
const KEPT = 24;

export class Query {
  readonly connection: string;
  sql = $state('');
  /** Seconds a statement may run; 0: no limit. */
  seconds = $state(60);
  running = $state(false);
  cancelling = $state(false);
  startedAtMs = $state(0);
  progress: QueryProgress = $state({ rows: 0, bytes: 0, statement: 0 });
  result: QueryResult | null = $state.raw(null);
  /** Statements the result is of. */
  ran = $state('');
  problem: Problem | null = $state(null);
  exporting: QueryProgress | null = $state(null);
  exported: Exported | null = $state(null);
  exportProblem: Problem | null = $state(null);
  value: (QueryValue & { column: string; row: number }) | null = $state.raw(null);
  #pages = new Map<number, QueryPage | 'asked'>();
  /** Grows with every page that arrives. */
  #seen = $state(0);
  #turn = 0;

  constructor(connection: string) {
    this.connection = connection;
  }

  async run() {
    const sql = this.sql;
    if (this.running || sql.trim() === '') return;
    const turn = ++this.#turn;
    this.running = true;
    this.cancelling = false;
    this.startedAtMs = Date.now();
    this.progress = { rows: 0, bytes: 0, statement: 0 };
    this.problem = null;
    this.#forget();
    try {
      const result = await runQuery(
        this.connection,
        sql,
        this.seconds > 0 ? this.seconds * 1000 : null,
        (told) => {
          if (turn === this.#turn) this.progress = told;
        },
      );
      if (turn !== this.#turn) return;
      this.ran = sql;
      this.result = result;
    } catch (error) {
      if (turn === this.#turn) this.problem = asProblem(error);
    } finally {
      if (turn === this.#turn) this.running = this.cancelling = false;
    }
  }

  /** Asks the server to stop; the call that runs ends then. */
  async cancel() {
    if (!this.running && !this.exporting) return;
    this.cancelling = true;
    try {
      await cancelQuery(this.connection);
    } catch (error) {
      this.problem = asProblem(error);
      this.cancelling = false;
    }
  }

  /** Ends what runs and drops the result; the text stays. */
  close() {
    this.#turn++;
    this.running = this.cancelling = false;
    this.exporting = null;
    this.problem = null;
    this.#forget();
    void closeQuery(this.connection);
  }

  #forget() {
    this.result = null;
    this.value = null;
    this.exported = null;
    this.exportProblem = null;
    this.#pages.clear();
    this.#seen++;
  }

  /** Returns a row that is at hand. */
  at(row: number): readonly (string | null)[] | undefined {
    void this.#seen;
    const page = this.#pages.get(Math.floor(row / PAGE));
    return typeof page === 'object' ? page.rows[row % PAGE] : undefined;
  }

  /** Returns the true length of a value that is shown cut. */
  cut(row: number, column: number): number | null {
    void this.#seen;
    const page = this.#pages.get(Math.floor(row / PAGE));
    if (typeof page !== 'object' || page.cut.length === 0) return null;
    return page.cut.find((one) => one.row === row % PAGE && one.column === column)?.bytes ?? null;
  }

  /** Fetches the pages of these rows that are not at hand. */
  want(first: number, last: number) {
    const result = this.result;
    if (!result) return;
    for (let number = Math.floor(first / PAGE); number <= Math.floor(last / PAGE); number++)
      if (!this.#pages.has(number)) void this.#fetch(result, number);
  }

  async #fetch(result: QueryResult, number: number) {
    this.#pages.set(number, 'asked');
    try {
      const page = await queryPage(this.connection, result.run, number * PAGE, PAGE);
      if (this.result !== result) return;
      // Again at the end: the pages asked for longest ago go first.
      this.#pages.delete(number);
      this.#pages.set(number, page);
      for (const old of this.#pages.keys()) {
        if (this.#pages.size <= KEPT) break;
        this.#pages.delete(old);
      }
      this.#seen++;
    } catch (error) {
      if (this.result !== result) return;
      this.#pages.delete(number);
      this.problem = asProblem(error);
    }
  }

  async open(row: number, column: number) {
    const result = this.result;
    if (!result) return;
    try {
      const value = await queryValue(this.connection, result.run, row, column);
      if (this.result === result) this.value = { ...value, row, column: result.columns[column]?.name ?? '' };
    } catch (error) {
      this.problem = asProblem(error);
    }
  }

  /** Returns cells as text for the clipboard; `null` when there is nothing to copy. */
  async text(span: CellSpan): Promise<{ text: string; whole: boolean } | null> {
    if (!this.result) return null;
    try {
      return await copyCells(this.connection, this.result.run, span);
    } catch (error) {
      this.problem = asProblem(error);
      return null;
    }
  }

  async export(file: string) {
    const result = this.result;
    if (!result || this.running || this.exporting) return;
    const turn = this.#turn;
    this.exporting = { rows: 0, bytes: 0, statement: 0 };
    this.startedAtMs = Date.now();
    this.exported = null;
    this.exportProblem = null;
    try {
      const exported = await exportQuery(this.connection, result.run, this.ran, file, (told) => {
        if (turn === this.#turn && this.exporting) this.exporting = told;
      });
      if (turn === this.#turn) this.exported = exported;
    } catch (error) {
      if (turn === this.#turn) this.exportProblem = asProblem(error);
    } finally {
      if (turn === this.#turn) {
        this.exporting = null;
        this.cancelling = false;
      }
    }
  }
}
