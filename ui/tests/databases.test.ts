import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, describe, expect, it } from 'vitest';
import { EditorState } from '@codemirror/state';
import { spansOf } from '../src/parts/code/highlight';
import { markAt, marked, wordAt } from '../src/parts/code/mark';
import { blank, Databases, lackOf } from '../src/state/databases.svelte';
import { Query, PAGE } from '../src/state/query.svelte';
import { Imports, freeName } from '../src/state/imports.svelte';
import { Schema, keyOf, stepsByTable, targetsOf } from '../src/state/schema.svelte';
import type { Relation, SavedConnection, Secret, TouchedTarget } from '../src/ipc/types';
import { whereToLook } from '../src/views/databases/places';
import { guessOf } from '../src/words/environments';
import { passwordOf, removalOf } from '../src/views/databases/secret';
import { answer } from './mock/database';

type Args = Record<string, unknown>;
let calls: [string, Args][] = [];

function door(which = '', over: (command: string, args: Args) => unknown = () => undefined) {
  calls = [];
  mockIPC((command, args) => {
    calls.push([command, args as Args]);
    return over(command, args as Args) ?? answer(command, args as Args, which);
  });
}
afterEach(() => clearMocks());

const settled = () => new Promise((done) => setTimeout(done));
const relation = (schema: string, name: string): Relation => ({
  schema,
  name,
  kind: 'table',
  rows: null,
  rows_counted: false,
  bytes: null,
});
const target = (over: Partial<TouchedTarget>): TouchedTarget => ({
  target: 'main',
  engine: 'postgresql',
  connection: null,
  database: null,
  tables: [],
  ...over,
});

describe('a password', () => {
  const saved = (secret: Secret, password_in_memory = false) =>
    ({ connection: { secret }, password_in_memory }) as SavedConnection;

  it('is said to go with its connection only where it does', () => {
    expect(removalOf(saved({ kind: 'keychain' }))).toContain('its password in the keychain are removed');
    const stays: [Secret, string][] = [
      [{ kind: 'environment', name: 'PGPASSWORD' }, 'stays in the environment variable PGPASSWORD'],
      [{ kind: 'pg_pass' }, 'stays in ~/.pgpass'],
      [{ kind: 'service', name: 'shop' }, 'service shop stays'],
      [{ kind: 'none' }, 'removed from this machine.'],
      [{ kind: 'prompt' }, 'removed from this machine.'],
    ];
    for (const [secret, part] of stays) {
      expect(removalOf(saved(secret))).toContain(part);
      expect(removalOf(saved(secret))).not.toContain('keychain');
    }
    expect(removalOf(saved({ kind: 'prompt' }, true))).toContain('is forgotten');
  });

  it('is told in the list as it is kept', () => {
    expect(passwordOf(saved({ kind: 'prompt' }, true))).toBe('password in memory');
    expect(passwordOf(saved({ kind: 'prompt' }))).toBe('asks for the password');
    expect(passwordOf(saved({ kind: 'environment', name: 'P' }))).toBe('password in $P');
  });
});

describe('a query', () => {
  it('fetches the pages in sight once and keeps only so many', async () => {
    door();
    const query = new Query('game');
    query.sql = 'SELECT 1';
    await query.run();
    expect(query.result?.rows).toBe(100_000);
    query.want(0, 30);
    query.want(5, 40);
    expect(query.at(0)).toBeUndefined();
    await settled();
    expect(query.at(0)?.[1]).toBe('row 1');
    expect(query.cut(2, 2)).toBe(10_485_760);
    expect(query.cut(3, 2)).toBeNull();
    expect(calls.filter(([command]) => command === 'query_page')).toHaveLength(1);
    query.want(99_990, 99_999);
    await settled();
    expect(query.at(99_999)?.[0]).toBe('100000');
    for (let page = 1; page < 40; page++) {
      query.want(page * PAGE, page * PAGE);
      await settled();
    }
    expect(query.at(0)).toBeUndefined();
    expect(query.at(39 * PAGE)).toBeDefined();
  });

  it('says what failed and where, and forgets what it showed before', async () => {
    door();
    const query = new Query('game');
    query.sql = 'SELECT 1';
    await query.run();
    door('failing');
    await query.run();
    expect(query.problem).toMatchObject({ code: 'sql', line: 2, column: 8 });
    expect(query.result).toBeNull();
    expect(query.running).toBe(false);
  });

  it('that was closed shows nothing of what comes later', async () => {
    let finish: (result: unknown) => void = () => {};
    door('', (command) => (command === 'run_query' ? new Promise((done) => (finish = done)) : undefined));
    const query = new Query('game');
    query.sql = 'SELECT pg_sleep(9)';
    const run = query.run();
    await settled();
    expect(query.running).toBe(true);
    await query.cancel();
    expect(calls.some(([command]) => command === 'cancel_query')).toBe(true);
    query.close();
    finish({ run: 1, columns: [], rows: 3 });
    await run;
    expect(query.result).toBeNull();
    expect(query.running).toBe(false);
    expect(calls.some(([command]) => command === 'close_query')).toBe(true);
  });

  it('without text runs nothing', async () => {
    door();
    const query = new Query('game');
    query.sql = ' \n';
    await query.run();
    expect(calls).toEqual([]);
  });
});

describe('a schema', () => {
  const connection = { name: 'game', engine: 'postgresql', database: 'game' } as const;

  it('is filtered by every word and reads a table when it is selected', async () => {
    door();
    const schema = new Schema(connection);
    await schema.read();
    expect(schema.lines.filter((line) => line.kind === 'relation')).toHaveLength(5006);
    schema.filter = 'PUBLIC 0042';
    expect(schema.lines.map((line) => line.key)).toEqual([
      'schema public',
      keyOf({ schema: 'public', name: 'table_0042' }),
    ]);
    expect(calls.map(([command]) => command)).toEqual(['list_relations']);
    const line = schema.lines[1]!;
    if (line.kind === 'relation') schema.select(line.relation);
    await settled();
    expect(schema.looked[line.key]?.detail?.columns).toHaveLength(5);
  });

  it('marks what the open plan names, and again when the plan changed', async () => {
    door();
    const schema = new Schema(connection);
    await schema.read();
    await schema.compare({ path: '/a', hash: '1' });
    await schema.compare({ path: '/a', hash: '1' });
    expect(calls.filter(([command]) => command === 'touched_tables')).toHaveLength(1);
    expect(schema.touched.get(keyOf({ schema: 'app', name: 'users' }))).toEqual([
      'add-columns',
      'fill-users',
    ]);
    schema.onlyTouched = true;
    expect(schema.lines).toHaveLength(2);
    await schema.compare(null);
    expect(schema.touched.size).toBe(0);
  });

  it('tells why it cannot be read', async () => {
    door('failing');
    const schema = new Schema(connection);
    await schema.read();
    expect(schema.problem?.code).toBe('authentication');
    expect(schema.loading).toBe(false);
  });

  it('finds tables as the engine folds names, in the schema that is named', () => {
    const tables = [
      { schema: null, name: 'Users', steps: ['a'] },
      { schema: 'app', name: 'users', steps: ['b', 'b'] },
    ];
    const there = [relation('app', 'users'), relation('old', 'users')];
    expect([...stepsByTable([target({ tables })], there)]).toEqual([[keyOf(there[0]!), ['b']]]);
    const folded = stepsByTable([target({ engine: 'sqlite', tables })], [relation('', 'USERS')]);
    expect([...folded.values()]).toEqual([['a', 'b']]);
  });

  it('compares with the targets that mean this connection', () => {
    const all = [
      target({ target: 'named', connection: 'game' }),
      target({ target: 'other', connection: 'elsewhere' }),
      target({ target: 'free' }),
      target({ target: 'database', database: 'shop' }),
      target({ target: 'engine', engine: 'mysql' }),
    ];
    expect(targetsOf(all, connection).map((one) => one.target)).toEqual(['named', 'free']);
  });
});

describe('a connection that is written', () => {
  const saved = {
    connection: { ...blank(), name: 'game', database: 'game', environment: 'staging' as const },
    url: '',
    password_in_memory: false,
  };

  it('begins without an environment and says what it still lacks', () => {
    const form = blank();
    expect(form.environment).toBeNull();
    expect(lackOf(form)).toBe('Needs a name, a database and its environment.');
    Object.assign(form, { name: 'game', database: 'game' });
    expect(lackOf(form)).toBe('Needs its environment.');
    form.environment = 'production';
    expect(lackOf(form)).toBe('');
  });

  it('is not saved before its environment is chosen, whatever its address says', async () => {
    door('', (command, args) =>
      command === 'take_apart'
        ? { connection: { ...saved.connection, environment: 'development' }, password: null }
        : command === 'save_connection'
          ? [{ ...saved, connection: args['connection'] }]
          : undefined,
    );
    const databases = new Databases();
    databases.create();
    databases.url = 'postgres://localhost/game';
    await databases.fill();
    expect(databases.form?.environment).toBeNull();
    expect(await databases.save()).toBe(false);
    expect(calls.map(([command]) => command)).toEqual(['take_apart']);
    databases.form!.environment = 'production';
    expect(await databases.save()).toBe(true);
    expect(calls.at(-1)).toMatchObject(['save_connection', { connection: { environment: 'production' } }]);
  });

  it('is saved again only when something is changed', () => {
    const databases = new Databases();
    databases.saved = [saved];
    databases.edit(saved);
    expect(databases.unready).toBe('Nothing is changed.');
    databases.form!.read_only = true;
    expect(databases.unready).toBe('');
    databases.form!.read_only = false;
    databases.password = 'letters';
    expect(databases.unready).toBe('');
  });

  it('is guessed at by its names before its place', () => {
    const of = (over: object) =>
      guessOf({ ...saved.connection, host: 'db.example.org', ...over })?.environment;
    expect(of({ host: 'prod-db.example.org' })).toBe('production');
    expect(of({ name: 'non-prod' })).toBe('staging');
    expect(of({ database: 'shop_staging' })).toBe('staging');
    expect(of({ database: 'products' })).toBeUndefined();
    expect(of({ host: 'localhost', name: 'shop_production' })).toBe('production');
    expect(of({ host: 'localhost' })).toBe('development');
    expect(of({ host: 'localhost', ssh: 'gate' })).toBeUndefined();
  });
});

describe('the place of an error', () => {
  it('is a whole word, or one sign where there is none', () => {
    expect(wordAt('SELECT id, nam FROM orders', 11)).toEqual([11, 14]);
    expect(wordAt('SELECT ,', 7)).toEqual([7, 8]);
    expect(wordAt('SELECT', 6)).toEqual([6, 6]);
  });

  it('is marked until the text changes', () => {
    const count = (state: EditorState) => state.field(marked).size;
    let state = EditorState.create({ doc: 'SELECT nobody', extensions: [marked] });
    state = state.update({ effects: markAt.of(7) }).state;
    expect(count(state)).toBe(2);
    expect(count(state.update({ changes: { from: 0, insert: ' ' } }).state)).toBe(0);
    expect(count(state.update({ effects: markAt.of(null) }).state)).toBe(0);
  });
});

describe('a word of SQL', () => {
  it('is a keyword only where the engine may take it for one', () => {
    for (const dialect of ['postgresql', 'mysql', 'sqlite'] as const) {
      const kinds = new Map(
        spansOf('SELECT id, status FROM orders', 'sql', dialect).map(({ text, kind }) => [text, kind]),
      );
      expect(kinds.get('SELECT')).toContain('keyword');
      for (const [text, kind] of kinds)
        if (/\b(id|status)\b/.test(text)) expect(kind).not.toContain('keyword');
    }
  });
});

describe('a failed test', () => {
  it('says in a sentence where to look', () => {
    expect(whereToLook('authentication')).toBe('Look at the user and the password.');
    expect(whereToLook('elsewhere')).toBe('');
  });
});

describe('an import', () => {
  it('reads nothing until it is asked, proposes free names and saves what is ticked', async () => {
    door('', (command) =>
      command === 'import_connections' ? { saved: [], in_memory: ['game-2'] } : undefined,
    );
    const imports = new Imports();
    imports.begin();
    expect(calls).toEqual([]);
    await imports.read({ kind: 'environment' }, ['game']);
    expect(imports.chosen['DATABASE_URL']).toMatchObject({ on: true, name: 'game-2' });
    expect(imports.chosen['OLD_DATABASE_URL']?.on).toBe(false);
    expect(imports.unready).toBe('Choose the environment of each.');
    expect(await imports.save()).toBeNull();
    expect(calls.some(([command]) => command === 'import_connections')).toBe(false);
    imports.chosen['DATABASE_URL']!.environment = 'staging';
    expect(imports.complete).toBe(true);
    const done = await imports.save();
    expect(done).toMatchObject({ inMemory: ['game-2'], count: 1 });
    expect(calls.at(-1)).toMatchObject([
      'import_connections',
      { choices: [{ key: 'DATABASE_URL', name: 'game-2', database: '', environment: 'staging' }] },
    ]);
  });

  it('takes over an environment only where the source names a guarded one', async () => {
    const connection = (environment: string) => ({ name: environment, database: 'd', environment });
    door('', (command) =>
      command === 'find_connections'
        ? {
            places: [],
            proposals: ['development', 'production'].map((key) => ({
              key,
              connection: connection(key),
              saved_as: null,
            })),
            left_out: [],
          }
        : undefined,
    );
    const imports = new Imports();
    await imports.read({ kind: 'environment' }, []);
    const chosen = ['development', 'production'].map((key) => imports.chosen[key]!.environment);
    expect(chosen).toEqual(['', 'production']);
    expect(imports.unready).toBe('Choose the environment of 1 more.');
    imports.point('env_file');
    expect([imports.kind, imports.found]).toEqual(['env_file', null]);
  });

  it('gives no name twice', () => {
    expect(freeName('a', new Set(['a', 'a-2']))).toBe('a-3');
    expect(freeName(' ', new Set())).toBe('database');
  });
});
