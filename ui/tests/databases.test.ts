import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, describe, expect, it } from 'vitest';
import { Query, PAGE } from '../src/state/query.svelte';
import { Imports, freeName } from '../src/state/imports.svelte';
import { Schema, keyOf, stepsByTable, targetsOf } from '../src/state/schema.svelte';
import type { Relation, TouchedTarget } from '../src/ipc/types';
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
    expect(imports.complete).toBe(true);
    const done = await imports.save();
    expect(done).toMatchObject({ inMemory: ['game-2'], count: 1 });
    expect(calls.at(-1)).toMatchObject([
      'import_connections',
      { choices: [{ key: 'DATABASE_URL', name: 'game-2', database: '', environment: 'development' }] },
    ]);
  });

  it('gives no name twice', () => {
    expect(freeName('a', new Set(['a', 'a-2']))).toBe('a-3');
    expect(freeName(' ', new Set())).toBe('database');
  });
});
