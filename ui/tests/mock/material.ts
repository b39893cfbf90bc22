// A plan and a session for tests and for looking at the views without a shell.
import type {
  Comparison,
  Plan,
  SessionHead,
  SessionStep,
  SavedConnection,
  SessionLine,
  Status,
  Step,
} from '../../src/ipc/types';
import { changeOf } from '../../src/state/compare.svelte';

const MINUTE = 60_000;
type Sketch = [id: string, title: string, kind: string, phase: string, after: string[], minutes: number];
const sketches: Sketch[] = [
  ['preflight', 'Servers answer and replicas are in step', 'check', 'before', [], 2],
  ['backup', 'Back up the whole database', 'backup', 'before', ['preflight'], 25],
  ['go', 'Go or no-go', 'gate', 'before', ['backup'], 10],
  ['maintenance-on', 'Maintenance on', 'command', 'change', ['go'], 1],
  [
    'add-columns',
    'Add created_by and updated_by to users, campaigns, characters, items and locations',
    'sql',
    'change',
    ['maintenance-on'],
    3,
  ],
  ['fill-users', 'Fill users', 'sql', 'change', ['add-columns'], 12],
  ['fill-campaigns', 'Fill campaigns', 'sql', 'change', ['add-columns'], 8],
  [
    'fill-characters',
    'Fill characters from player_owner',
    'sql',
    'change',
    ['fill-users', 'fill-campaigns'],
    15,
  ],
  ['index', 'Index the audit columns', 'sql', 'change', ['fill-characters'], 9],
  ['checks', 'No audit column is empty', 'check', 'verify', ['index'], 3],
  ['look', 'Look at ten characters in the application', 'manual', 'verify', ['checks'], 10],
  ['maintenance-off', 'Maintenance off', 'command', 'verify', ['look'], 1],
];

export function plan(): Plan {
  const ends = new Map<string, number>();
  const steps: Step[] = sketches.map(([id, title, kind, phase, after, minutes], index) => {
    const start = Math.max(0, ...after.map((before) => ends.get(before) ?? 0));
    ends.set(id, start + minutes * MINUTE);
    return {
      id,
      title,
      kind,
      phase,
      after,
      after_written: true,
      target: 'main',
      project: null,
      start: null,
      estimate_ms: minutes * MINUTE,
      timeout_ms: null,
      start_ms: start,
      finish_ms: start + minutes * MINUTE,
      slack_ms: id === 'fill-campaigns' ? 4 * MINUTE : 0,
      critical: id !== 'fill-campaigns',
      owner: index % 3 === 0 ? 'Maria' : null,
      notes: kind === 'backup' ? 'Takes about 20 minutes on the replica.' : '',
      downtime: ['add-columns', 'fill-users'].includes(id),
      point_of_no_return: id === 'index',
      destructive: false,
      idempotent: false,
      finally_for: id === 'maintenance-off' ? 'maintenance-on' : null,
      does:
        kind === 'sql'
          ? [
              {
                label: 'SQL',
                text: `ALTER TABLE users ADD COLUMN created_by bigint;\nUPDATE ${id} SET created_by = <script>alert(1)</script>;`,
                code: true,
                left_out: 0,
                language: 'sql' as const,
                file: null,
                path: ['sql', 'text'],
                tail: '',
                written: null,
                details: [],
              },
            ]
          : kind === 'command'
            ? [
                {
                  label: 'Command',
                  text: `./maintenance ${id}`,
                  code: true,
                  left_out: 0,
                  language: 'shell' as const,
                  file: null,
                  path: ['command', 'run'],
                  tail: '',
                  written: null,
                  details: [],
                },
              ]
            : [],
      undo:
        kind === 'sql'
          ? [
              {
                label: 'SQL',
                text: 'ALTER TABLE users DROP COLUMN created_by;',
                code: true,
                left_out: 0,
                language: 'sql' as const,
                file: null,
                path: ['undo', 'sql', 'text'],
                tail: '',
                written: null,
                details: [],
              },
            ]
          : [],
      checks:
        kind === 'check'
          ? [
              {
                id: '1',
                title: 'No user without created_by',
                warning: false,
                target: null,
                command: false,
                test: 'SELECT count(*) FROM users WHERE created_by IS NULL',
                expected: '0',
                key: 'sql',
                written: 'SELECT count(*) FROM users WHERE created_by IS NULL',
                path: ['check', 'id:1'],
                parts: [],
                details: [],
              },
            ]
          : [],
    };
  });
  return {
    path: '/home/maria/migrations/audit-fields/audit-fields.plan.toml',
    hash: 'a3f1'.repeat(16),
    trusted: false,
    name: 'Audit fields',
    summary: 'Adds audit columns.',
    timezone: 'UTC',
    clock: [{ from_at_ms: 0, offset_ms: 0, name: 'UTC' }],
    start_at_ms: null,
    start: null,
    duration_ms: 99 * MINUTE,
    problems: [],
    places: [],
    targets: [
      {
        id: 'main',
        engine: 'postgresql',
        summary: 'The application',
        database: 'game',
        connection: 'game-staging',
      },
    ],
    phases: [
      {
        id: 'before',
        title: 'Before',
        summary: '',
        after: [],
        start: null,
        duration_ms: null,
        start_ms: 0,
        finish_ms: 37 * MINUTE,
      },
      {
        id: 'change',
        title: 'Schema and data',
        summary: '',
        after: [],
        start: null,
        duration_ms: null,
        start_ms: 37 * MINUTE,
        finish_ms: 80 * MINUTE,
      },
      {
        id: 'verify',
        title: 'Verify and open',
        summary: '',
        after: [],
        start: null,
        duration_ms: null,
        start_ms: 80 * MINUTE,
        finish_ms: 99 * MINUTE,
      },
    ],
    windows: [
      {
        id: 'night',
        title: 'Night window',
        opens: null,
        steps: ['add-columns'],
        opens_ms: 37 * MINUTE,
        length_ms: 60 * MINUTE,
        needed_ms: 62 * MINUTE,
        fits: false,
        start_rollback_by_ms: null,
      },
    ],
    steps,
    step_lines: steps.map((_, index) => 10 + index * 8),
    critical_path: steps.filter((step) => step.critical).map((step) => step.id),
    point_of_no_return: 'index',
    checklists: [
      {
        id: 'ready',
        title: 'Ready',
        before: 'go',
        items: [
          {
            id: 'told',
            title: 'Users were told of the maintenance',
            owner: 'Maria',
            check: null,
            due: '-2h',
            due_at_ms: null,
            due_from_start_ms: -7_200_000,
            signatures: 2,
          },
          {
            id: 'space',
            title: 'Disk has twice the size of the database free',
            owner: null,
            check: 'preflight/1',
            due: null,
            due_at_ms: null,
            due_from_start_ms: null,
            signatures: 1,
          },
        ],
      },
    ],
    risks: [
      {
        id: 'lock',
        title: 'A long query holds the lock on users',
        mitigation: 'lock_timeout of 3 s and ten attempts',
        steps: [],
      },
    ],
    criteria: [{ id: 'none-empty', title: 'No audit column is empty', check: 'checks/1', item: null }],
    cards: [
      {
        id: 'lock',
        issue: 'The lock on users is not granted.',
        symptoms: ['lock timeout'],
        solution: 'Find the blocker with the query in the runbook and ask its owner.',
        steps: ['add-columns'],
      },
    ],
  };
}

export function bigPlan(count: number): Plan {
  const base = plan();
  const template = base.steps[4]!;
  const steps = Array.from({ length: count }, (_, index) => ({
    ...template,
    id: `s${index}`,
    title: `Step ${index}`,
    phase: `p${index % 40}`,
    after: index ? [`s${index - 1}`] : [],
    start_ms: index * 1000,
    finish_ms: index * 1000 + 1000,
    estimate_ms: 1000,
  }));
  return { ...base, name: 'Large', steps, phases: [], windows: [], checklists: [] };
}

export function sessionStep(step: Step, status: Status = 'waiting'): SessionStep {
  return {
    id: step.id,
    title: step.title,
    kind: step.kind,
    phase: step.phase,
    after: step.after,
    estimate_ms: step.estimate_ms,
    finally_for: step.finally_for,
    detail: step.does[0]?.text ?? '',
    has_undo: step.undo.length > 0,
    status,
    back: false,
    attempts: 1,
    started_at_ms: null,
    finished_at_ms: null,
    elapsed_ms: null,
    undo_elapsed_ms: null,
    other_run: null,
    rows: null,
    exit: null,
    skip_reason: null,
    skipped_by: null,
    problem: null,
    card: null,
    settlements: [],
    told_by: null,
    statement: null,
    statement_index: null,
    statements_total: null,
    statements_done: 0,
    started_ms: null,
    ended_seq: 0,
    progress: null,
    checks: [],
    artifacts: [],
    approvals: [],
    approvals_needed: 0,
    waits_for: null,
  };
}

export function head(over: Partial<SessionHead> = {}): SessionHead {
  return {
    id: '01JD0000',
    plan: 'Audit fields',
    plan_path: plan().path,
    plan_hash: plan().hash,
    mode: 'live',
    environment: 'staging',
    bindings: [
      {
        target: 'main',
        engine: 'postgresql',
        url: 'postgres://deploy@db.staging/game',
        connection: 'game-staging',
        environment: 'staging',
        server_version: '15.4',
        database: 'game',
        database_user: 'deploy',
      },
    ],
    by: 'maria',
    host: 'bastion',
    program: '0.1.0',
    reason: null,
    state: 'running',
    outcome: null,
    started_at_ms: Date.now() - 47 * MINUTE,
    finished_at_ms: null,
    duration_ms: 47 * MINUTE,
    as_of_at_ms: Date.now(),
    signatures: [
      { item: 'told', by: 'Maria', at_ms: Date.now() - 40 * MINUTE, note: 'by mail', evidence: null },
    ],
    finally_offered: [],
    rolling_back: false,
    without_undo: [],
    pause_requested: false,
    abort_requested: false,
    rollback_requested: false,
    endings: [],
    seq: 40,
    ...over,
  };
}

/** Returns the steps of a session in which everything before `at` succeeded and `at` has `status`. */
export function stepsUpTo(at: string, status: Status): SessionStep[] {
  const all = plan().steps;
  const here = all.findIndex((step) => step.id === at);
  const begun = Date.now() - 47 * MINUTE;
  let clock = begun;
  return all.map((step, index) => {
    if (index > here) return sessionStep(step);
    const took = Math.round((step.estimate_ms ?? 0) * 0.9);
    const done = index < here;
    const start = clock;
    clock += took;
    return {
      ...sessionStep(step, done ? 'succeeded' : status),
      started_at_ms: start,
      started_ms: start - begun,
      ended_seq: done ? index + 1 : 0,
      finished_at_ms: done || status === 'failed' ? clock : null,
      elapsed_ms: done || status === 'failed' ? took : null,
      rows: step.kind === 'sql' && done ? 12_345 : null,
    };
  });
}

export function comparison(): Comparison {
  const steps = plan().steps.map((step, index) => {
    const elapsed = step.estimate_ms ?? 0;
    const right = index === 10 ? null : Math.round(elapsed * (1 + ((index % 5) - 2) / 6));
    const ran = (elapsed_ms: number) => ({
      status: index === 9 && elapsed_ms !== elapsed ? ('failed' as const) : ('succeeded' as const),
      back: false,
      elapsed_ms,
      rows: step.kind === 'sql' ? 12_345 + index : null,
      attempts: 1,
    });
    return {
      id: step.id,
      title: step.title,
      left: ran(elapsed),
      right: right === null ? null : ran(right),
      difference_ms: right === null ? null : right - elapsed,
    };
  });
  return {
    left: { ...lines[1]!, state: 'finished', outcome: 'succeeded', duration_ms: 99 * MINUTE },
    right: { ...lines[0]!, state: 'finished', outcome: 'failed', duration_ms: 108 * MINUTE },
    left_rows: 49_380,
    right_rows: 61_725,
    steps: steps
      .toSorted((a, b) => Math.abs(b.difference_ms ?? -1) - Math.abs(a.difference_ms ?? -1))
      .toSorted((a, b) => Number(changeOf(b) !== null) - Number(changeOf(a) !== null)),
    checks: [
      {
        step: 'checks',
        title: 'No user without created_by',
        left: { result: 'pass', found: '0' },
        right: { result: 'fail', found: '<img src=x onerror=alert(1)> 17' },
        alike: false,
      },
      {
        step: 'preflight',
        title: 'Servers answer',
        left: { result: 'pass', found: 'true' },
        right: { result: 'pass', found: 'true' },
        alike: true,
      },
    ],
  };
}

export const connections: SavedConnection[] = [
  ['game-dev', 'development', 'localhost', false],
  ['game-staging', 'staging', 'db.staging.example.org', false],
  ['game', 'production', 'db.example.org', true],
].map(([name, environment, host, read_only]) => ({
  connection: {
    name: String(name),
    engine: 'postgresql',
    host: String(host),
    port: 5432,
    socket: null,
    user: 'deploy',
    database: 'game',
    tls: 'verify-full',
    tls_ca: null,
    ssh: environment === 'production' ? 'deploy@bastion' : null,
    secret: { kind: 'prompt' },
    environment: environment as 'staging',
    read_only: Boolean(read_only),
  },
  url: `postgres://deploy@${host}/game?sslmode=verify-full`,
  password_in_memory: environment === 'staging',
}));

export const lines: SessionLine[] = (
  ['running', 'finished', 'finished', 'finished', 'interrupted'] as const
).map((state, index) => ({
  id: `s${index}`,
  plan:
    index === 2
      ? 'A plan with a name so long that no table on earth could show it without cutting it somewhere near here'
      : 'Audit fields',
  plan_path: '/x.toml',
  mode: 'live',
  environment: (['staging', 'production', 'development'] as const)[index % 3]!,
  by: 'maria',
  state,
  outcome: state === 'finished' ? (['succeeded', 'rolled_back', 'failed'] as const)[index % 3]! : null,
  started_at_ms: Date.now() - index * 86_400_000,
  finished_at_ms: null,
  duration_ms: 5_000_000 >> index,
}));
