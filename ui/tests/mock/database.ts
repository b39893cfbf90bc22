// A pretended database: 5,000 tables, a result of 100,000 rows, values of strangers.
import type { Relation, TableDetail, TouchedTarget } from '../../src/ipc/types';

const HOSTILE = ['<img src=x onerror=alert(1)>', 'safe\u202Etxt.exe', 'x'.repeat(200), 'naïve 🦀'];

export const relations: Relation[] = [
  ...HOSTILE.map((name): Relation => ({
    schema: 'app',
    name,
    kind: 'table',
    rows: 12,
    rows_counted: true,
    bytes: 8192,
  })),
  { schema: 'app', name: 'users', kind: 'table', rows: 1_204_331, rows_counted: false, bytes: 734_003_200 },
  { schema: 'app', name: 'active_users', kind: 'view', rows: null, rows_counted: false, bytes: null },
  ...Array.from({ length: 5000 }, (_, index): Relation => ({
    schema: 'public',
    name: `table_${String(index).padStart(4, '0')}`,
    kind: index % 9 === 0 ? 'view' : 'table',
    rows: index % 9 === 0 ? null : index * 731,
    rows_counted: false,
    bytes: index % 9 === 0 ? null : index * 65_536,
  })),
];

export const detail: TableDetail = {
  columns: [
    ['id', 'bigint', false, 'GENERATED ALWAYS AS IDENTITY', ['primary']],
    ['email', 'character varying(120)', false, null, ['unique']],
    ['owner_id', 'bigint', true, null, ['foreign']],
    ['<b>bold</b>', 'text', true, "'a\u202Eb'::text", []],
    ['created_at', 'timestamp with time zone', false, 'now()', []],
  ].map(([name, kind, nullable, value, keys]) => ({
    name: String(name),
    kind: String(kind),
    nullable: nullable === true,
    default: value as string | null,
    generated: false,
    comment: name === 'email' ? 'lower case only' : '',
    keys: keys as TableDetail['columns'][number]['keys'],
  })),
  indexes: [
    ['users_pkey', ['id'], true, null],
    ['users_email_idx', ['lower(email)'], false, 'invalid'],
  ].map(([name, columns, primary, unusable]) => ({
    name: String(name),
    method: 'btree',
    columns: columns as string[],
    unique: true,
    primary: primary === true,
    unusable: unusable as string | null,
    condition: null,
    bytes: 26_214_400,
  })),
  constraints: [
    { name: 'users_pkey', kind: 'primary', definition: 'PRIMARY KEY (id)', validated: true },
    {
      name: 'users_owner',
      kind: 'foreign',
      definition: 'FOREIGN KEY (owner_id) REFERENCES app.owners(id)',
      validated: false,
    },
  ],
  referenced_by: ['public.orders', 'public.sessions'],
  definition: null,
};

const touched: TouchedTarget[] = [
  {
    target: 'main',
    engine: 'postgresql',
    connection: null,
    database: null,
    tables: [{ schema: null, name: 'users', steps: ['add-columns', 'fill-users'] }],
  },
];

/** Answers what the databases place asks; `undefined` for anything else. */
export function answer(command: string, args: Record<string, unknown>, which: string): unknown {
  const refuse = (code: string, message: string, hint: string, line: number | null = null) => {
    throw { code, message, hint, line, column: line === null ? null : 8 };
  };
  switch (command) {
    case 'list_relations':
      if (which === 'failing')
        refuse(
          'authentication',
          'db.example.org:5432 refused the password of deploy',
          'Correct the password of deploy.',
        );
      return { relations: which === 'bare' ? [] : relations, cut: false, sizes_estimated: false };
    case 'open_relation':
      return detail;
    case 'count_rows':
      return 1_204_332;
    case 'touched_tables':
      return touched;
    case 'run_query':
      if (which === 'failing') refuse('sql', 'column "nobody" does not exist [42703]', '', 2);
      if (which === 'running') return new Promise(() => {});
      return {
        run: 1,
        columns: ['id', 'name', 'note', 'amount', 'created_at', '<b>html</b>'].map((name, index) => ({
          name,
          kind: index === 0 ? 'INT8' : index === 3 ? 'NUMERIC' : 'TEXT',
        })),
        rows: which === 'bare' ? 0 : 100_000,
        cut: which === 'cut',
        whole: false,
        bytes: 9_437_184,
        result_sets: 3,
        elapsed_ms: 842,
      };
    case 'query_page': {
      const first = Number(args['first']);
      return {
        first,
        rows: Array.from({ length: Math.min(Number(args['count']), 100_000 - first) }, (_, at) => [
          String(first + at + 1),
          `row ${first + at + 1}`,
          HOSTILE[(first + at) % 5] ?? null,
          `${(first + at) * 7}.50`,
          '2026-12-05 01:12:07+00',
          'a\nb',
        ]),
        cut: [{ row: 2, column: 2, bytes: 10_485_760 }],
      };
    }
    case 'query_value':
      return { text: `${HOSTILE[0]}\n${HOSTILE[1]}\n${HOSTILE[2]}`, bytes: 10_485_760, whole: false };
    case 'copy_cells':
      return { text: 'a\tb', whole: true };
    case 'find_connections':
      return {
        places: ['/home/maria/shop/.env'],
        proposals: [
          ['DATABASE_URL', 'game', true, null],
          ['OLD_DATABASE_URL', 'a'.repeat(200), false, 'game-staging'],
        ].map(([origin, name, holds, saved]) => ({
          key: String(origin),
          connection: {
            name,
            engine: 'postgresql',
            host: 'db.example.org',
            socket: null,
            ssh: null,
            database: name,
            secret: { kind: 'prompt' },
            environment: 'development',
          },
          url: `postgres://deploy@db.example.org/${String(name)}`,
          origin,
          holds_password: holds,
          saved_as: saved,
        })),
        left_out: ['MONGO_DATABASE_URL: The connection URL names no known engine'],
      };
    default:
      return undefined;
  }
}
