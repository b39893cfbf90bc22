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
import type {
  Connection,
  Engine,
  Environment,
  Problem,
  Relation,
  SavedConnection,
  Tested,
} from '../ipc/types';
import { Imports } from './imports.svelte';
import { Query } from './query.svelte';
import { Schema } from './schema.svelte';

export type Part = 'connection' | 'schema' | 'query';

export const usualPort: Record<Engine, number> = { postgresql: 5432, mysql: 3306, sqlite: 0 };

/** A connection as it is written; what guards production is chosen by a person, so it begins without one. */
export type Draft = Omit<Connection, 'environment'> & { environment: Environment | null };

/** Returns an empty form. */
export function blank(): Draft {
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
    environment: null,
    read_only: false,
  };
}

/** Returns true when both say the same. */
export function alike(one: Draft, other: Draft): boolean {
  const keys = Object.keys(one) as (keyof Draft)[];
  return keys.every((key) => JSON.stringify(one[key]) === JSON.stringify(other[key]));
}

/** Returns what is still to be written or chosen before a connection can be saved; empty when nothing is. */
export function lackOf(form: Draft): string {
  const lacks = [
    form.name.trim() === '' && 'a name',
    !hasPlace(form) && 'a database',
    form.environment === null && 'its environment',
  ].filter((lack) => lack !== false);
  const last = lacks.pop();
  return last === undefined ? '' : `Needs ${lacks.length === 0 ? '' : `${lacks.join(', ')} and `}${last}.`;
}

function hasPlace(form: Draft): boolean {
  return form.database.trim() !== '' || form.secret.kind === 'service';
}

export class Databases {
  saved: SavedConnection[] | null = $state(null);
  problem: Problem | null = $state(null);
  /** Name before editing; `null` while a new one is written. */
  before: string | null = $state(null);
  form: Draft | null = $state(null);
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
  testable = $derived(this.form !== null && hasPlace(this.form));
  /** Why what is written cannot be saved; empty when it can. */
  unready = $derived.by(() => {
    if (!this.form) return 'No connection is open.';
    const lack = lackOf(this.form);
    if (lack !== '') return lack;
    const same = this.current !== null && this.password === '' && alike(this.form, this.current.connection);
    return same ? 'Nothing is changed.' : '';
  });
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

  #show(before: string | null, form: Draft) {
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
      // An address that names no environment is one of development to its reader; that is nobody's choice.
      const told = connection.environment === 'development' ? this.form.environment : connection.environment;
      this.form = { ...connection, name: this.form.name || connection.name, environment: told };
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
      // A test is alike in every environment.
      const { environment, ...rest } = $state.snapshot(this.form);
      const connection: Connection = { ...rest, environment: environment ?? 'development' };
      const tested = await testConnection(connection, this.password || null);
      if (turn === this.#turn) this.tested = tested;
    } catch (error) {
      if (turn === this.#turn) this.formProblem = asProblem(error);
    } finally {
      if (turn === this.#turn) this.testing = false;
    }
  }

  async save(): Promise<boolean> {
    if (!this.form || this.unready !== '') return false;
    const { environment, ...rest } = $state.snapshot(this.form);
    if (environment === null) return false;
    this.saving = true;
    this.formProblem = null;
    try {
      const { name } = rest;
      this.saved = await saveConnection({ ...rest, environment }, this.before, this.password || null);
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
