// Saved connections, the form of one, and its test.
import {
  asProblem,
  deleteConnection,
  keepPassword,
  listConnections,
  saveConnection,
  takeApart,
  testConnection,
} from '../ipc';
import type { Connection, Engine, Problem, Relation, SavedConnection, Tested } from '../ipc/types';
import { Imports } from './imports.svelte';
import { Query } from './query.svelte';
import { Schema } from './schema.svelte';

export type Part = 'connection' | 'schema' | 'query';

export const usualPort: Record<Engine, number> = { postgresql: 5432, mysql: 3306, sqlite: 0 };

/** Returns an empty form. */
export function blank(): Connection {
  return {
    name: '',
    engine: 'postgresql',
    host: 'localhost',
    port: 5432,
    socket: null,
    user: '',
    database: '',
    tls: 'prefer',
    tls_ca: null,
    ssh: null,
    secret: { kind: 'prompt' },
    environment: 'development',
    read_only: false,
  };
}

export class Databases {
  saved: SavedConnection[] | null = $state(null);
  problem: Problem | null = $state(null);
  /** Name before editing; `null` while a new one is written. */
  before: string | null = $state(null);
  form: Connection | null = $state(null);
  password = $state('');
  url = $state('');
  urlProblem: Problem | null = $state(null);
  formProblem: Problem | null = $state(null);
  testing = $state(false);
  saving = $state(false);
  tested: Tested | null = $state(null);
  /** What of the connection is shown. */
  part: Part = $state('connection');
  readonly imports = new Imports();
  current = $derived(this.saved?.find((entry) => entry.connection.name === this.before) ?? null);
  /** True when what is written can be tested. */
  testable = $derived(
    this.form !== null && (this.form.database.trim() !== '' || this.form.secret.kind === 'service'),
  );
  /** True when what is written can be saved. */
  complete = $derived(this.testable && this.form?.name.trim() !== '');
  // Made when first looked at, and kept while one looks elsewhere.
  #schemas = new Map<string, Schema>();
  #queries = new Map<string, Query>();
  /** Grows when some of them are forgotten. */
  #left = $state(0);
  #turn = 0;

  async list() {
    try {
      this.saved = await listConnections();
      this.problem = null;
    } catch (error) {
      this.saved ??= [];
      this.problem = asProblem(error);
    }
  }

  create() {
    this.part = 'connection';
    this.#show(null, blank());
  }

  edit(entry: SavedConnection) {
    const { name } = entry.connection;
    if (this.part !== 'connection' && !this.#schemas.has(name) && !this.#queries.has(name))
      this.part = 'connection';
    this.#show(name, { ...entry.connection });
  }

  /** Returns the schema of a connection. */
  schemaOf(connection: Connection): Schema {
    void this.#left;
    const { name, engine, database } = connection;
    const schema = this.#schemas.get(name) ?? new Schema({ name, engine, database });
    this.#schemas.set(name, schema);
    return schema;
  }

  /** Returns the query pane of a connection. */
  queryOf(name: string): Query {
    void this.#left;
    const query = this.#queries.get(name) ?? new Query(name);
    this.#queries.set(name, query);
    return query;
  }

  /** Writes a query of a table below what its pane holds already, and shows the pane. */
  ask({ name, engine }: { name: string; engine: Engine }, relation: Relation) {
    const quote = engine === 'mysql' ? '`' : '"';
    const quoted = (text: string) => quote + text.replaceAll(quote, quote + quote) + quote;
    const table = relation.schema
      ? `${quoted(relation.schema)}.${quoted(relation.name)}`
      : quoted(relation.name);
    const pane = this.queryOf(name);
    const before = pane.sql.trim() === '' ? '' : `${pane.sql.trimEnd()}\n\n`;
    pane.sql = `${before}SELECT * FROM ${table} LIMIT 1000;`;
    this.part = 'query';
  }

  /** Forgets what is open on connections that are not what they were; the door has closed it already. */
  #leave(...names: (string | null)[]) {
    for (const name of names) {
      if (name === null) continue;
      this.#schemas.delete(name);
      const text = this.#queries.get(name)?.sql ?? '';
      this.#queries.delete(name);
      if (text !== '') {
        const query = new Query(name);
        query.sql = text;
        this.#queries.set(name, query);
      }
    }
    this.#left++;
  }

  #show(before: string | null, form: Connection) {
    this.#turn++;
    this.before = before;
    this.form = form;
    this.password = '';
    this.url = '';
    this.urlProblem = null;
    this.formProblem = null;
    this.tested = null;
    this.testing = false;
  }

  close() {
    this.#turn++;
    this.form = null;
    this.before = null;
    this.password = '';
    this.tested = null;
  }

  engine(engine: Engine) {
    if (!this.form) return;
    if (this.form.port === usualPort[this.form.engine] || this.form.port === 0)
      this.form.port = usualPort[engine];
    this.form.engine = engine;
    if (engine === 'sqlite') this.form.secret = { kind: 'none' };
    else if (this.form.secret.kind === 'none') this.form.secret = { kind: 'prompt' };
  }

  /** Fills the form from an address; a password in it goes to the password field and nowhere else. */
  async fill() {
    if (!this.form || this.url.trim() === '') return;
    try {
      const { connection, password } = await takeApart(this.url.trim());
      this.form = { ...connection, name: this.form.name || connection.name };
      if (password !== null) this.password = password;
      this.url = '';
      this.urlProblem = null;
      this.tested = null;
    } catch (error) {
      this.urlProblem = asProblem(error);
    }
  }

  async test() {
    if (!this.form) return;
    const turn = ++this.#turn;
    this.testing = true;
    this.tested = null;
    this.formProblem = null;
    try {
      const tested = await testConnection($state.snapshot(this.form), this.password || null);
      if (turn === this.#turn) this.tested = tested;
    } catch (error) {
      if (turn === this.#turn) this.formProblem = asProblem(error);
    } finally {
      if (turn === this.#turn) this.testing = false;
    }
  }

  async save(): Promise<boolean> {
    if (!this.form) return false;
    this.saving = true;
    this.formProblem = null;
    try {
      const { name } = this.form;
      this.saved = await saveConnection($state.snapshot(this.form), this.before, this.password || null);
      this.#leave(this.before, name.trim());
      const saved = this.saved.find((entry) => entry.connection.name === name.trim());
      if (saved) this.edit(saved);
      else this.close();
      return true;
    } catch (error) {
      this.formProblem = asProblem(error);
      return false;
    } finally {
      this.saving = false;
    }
  }

  async remove(name: string) {
    try {
      this.saved = await deleteConnection(name);
      this.#leave(name);
      if (this.before === name) this.close();
    } catch (error) {
      this.problem = asProblem(error);
    }
  }

  /** Keeps a password in memory; returns why it could not be. */
  async lend(name: string, password: string): Promise<Problem | null> {
    try {
      await this.remember(name, password);
      return null;
    } catch (error) {
      return asProblem(error);
    }
  }

  async remember(name: string, password: string) {
    this.saved = await keepPassword(name, password);
    this.#leave(name);
  }
}
