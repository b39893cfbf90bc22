// Mounts the window on a pretended shell, for looking at it in a browser: `/tests/mock/index.html#view=session&case=failed`.
import { mockIPC, mockWindows } from '@tauri-apps/api/mocks';
import { mount } from 'svelte';
import '../../src/tokens.css';
import '../../src/base.css';
import App from '../../src/App.svelte';
import { compare, databases, desk, plans, session } from '../../src/state';
import { answer } from './database';
import type { DiffLine, DiffSign, Step } from '../../src/ipc/types';
import { bigPlan, comparison, connections, head, lines, plan, stepsUpTo } from './material';

const wish = new URLSearchParams(location.hash.slice(1));
const view = wish.get('view') ?? 'plan';
const which = wish.get('case') ?? '';
const shown = which === 'big' ? bigPlan(20_000) : plan();
if (which === 'dated') {
  // Under way for twenty minutes, in a zone of its own, with names that have no room.
  shown.start_at_ms = Date.now() - 20 * 60_000;
  shown.timezone = 'Europe/Berlin';
  shown.clock = [{ from_at_ms: 0, offset_ms: 3_600_000, name: 'CET' }];
  shown.steps[1]!.start = '2026-12-05T01:00:00';
  shown.steps[4]!.title = 'Add the columns '.repeat(13);
  shown.steps[5]!.title = '<img src=x onerror=alert(1)> \u202egnp.exe';
  shown.steps[2]!.finish_ms = shown.steps[2]!.start_ms;
  shown.windows[0]!.start_rollback_by_ms = 50 * 60_000;
}
if (which === 'outside') {
  // Run days before its window, which is meant for all of it.
  shown.start_at_ms = Date.now() + 13 * 86_400_000;
  shown.windows[0] = { ...shown.windows[0]!, steps: [], opens_ms: 0, start_rollback_by_ms: 60 * 60_000 };
}
if (which === 'broken') {
  shown.places = shown.steps.map((step, at) => ({ sort: 'step', id: step.id, line: shown.step_lines[at]! }));
  shown.problems = [
    {
      code: 'duplicate-id',
      message: 'the step id “index” is used twice',
      hint: 'Rename one of them; the first is on line 83.',
      line: 97,
      column: 6,
    },
    {
      code: 'cycle',
      message: 'fill-users, fill-characters and checks wait for each other',
      hint: 'Take one of them out of `after`.',
      line: 61,
      column: 1,
    },
  ];
}
if (which === 'mistakes') {
  // Four steps, of which two have one id and two wait for each other, and more problems than have room.
  const [hostile, first, second] = shown.steps.slice(0, 3) as [Step, Step, Step];
  const own = { phase: null, start_ms: null, finish_ms: null, estimate_ms: null, critical: false };
  shown.phases = [];
  shown.steps = [
    { ...hostile, ...own, id: '🚀', title: '<img src=x onerror=alert(1)>', after: [] },
    { ...first, ...own, id: 'a', title: 'a', after: ['b'] },
    { ...second, ...own, id: 'b', title: 'b', kind: '', after: ['a'] },
    { ...first, ...own, id: 'a', title: 'a', after: ['nobody'] },
  ];
  shown.step_lines = [7, 11, 15, 18];
  shown.places = shown.steps.map(({ id }, at) => ({ sort: 'step', id, line: shown.step_lines[at]! }));
  const told: [number, number, string, string][] = [
    [
      14,
      9,
      'A cycle that can never start: a → b → a',
      'Remove one of them from the `after` of the one before it.',
    ],
    [8, 6, '"🚀" cannot be an id', 'Use letters, digits, `-`, `_` and `.`, with a letter or digit first.'],
    [15, 1, 'Step "b" has no kind, so it does nothing', 'Add one of backup, restore, sql, command, check.'],
    [17, 1, 'Step "b": unknown key `sqll`', 'Write `sql`, if that is meant, or remove the key.'],
    [19, 6, 'Step "a": an earlier step has the same id', 'Give one of them another id.'],
    [20, 10, 'Step "a": `manual` must be instructions, not a whole number', 'Write `manual = "…"`.'],
    [21, 12, 'Step "a": `estimate` is "soon", which is no duration', 'Write `estimate = "1h30m"`.'],
    [
      22,
      10,
      'Step "a": `after` names step "nobody", which does not exist',
      'Add the step, or remove the name.',
    ],
    ...[26, 28, 30, 32, 36].map((line): [number, number, string, string] => [
      line,
      6,
      `Phase "p${line}": an earlier phase has the same id`,
      'Give one of them another id.',
    ]),
  ];
  shown.problems = told.map(([line, column, message, hint]) => ({ code: 'x', message, hint, line, column }));
}
if (which === 'odd') {
  const [first, second] = [shown.steps[0]!, shown.steps[5]!];
  first.title = 'A very long title '.repeat(12);
  first.owner = '<img src=x onerror=alert(1)>';
  first.notes = 'עברית \u202e override ' + 'without-a-blank'.repeat(20);
  second.does[0]!.text = 'SELECT 1; -- line\n'.repeat(800);
  second.does[0]!.file = 'sql/fill users.sql';
  second.does[0]!.path = [];
  second.does[0]!.left_out = 9_000_000;
  shown.steps[0]!.after = shown.steps.slice(1, 9).map((step) => step.id);
}
if (which === 'none') shown.steps = shown.phases = [] as never[];
if (view === 'start') shown.targets[0]!.connection = 'game';

const failing = stepsUpTo('checks', 'failed').map((step) =>
  step.id === 'checks'
    ? {
        ...step,
        problem: {
          code: 'check-failed',
          message: 'check “No user without created_by” of step checks failed: expected 0, found 17',
          hint: 'Find the 17 rows and fill them, then retry the step.',
          line: null,
          column: null,
        },
        card: 'lock',
        checks: [
          {
            id: '1',
            title: 'No user without created_by',
            result: 'fail',
            warning: false,
            expected: '0',
            found: '17',
            elapsed_ms: 41,
          },
        ],
      }
    : step,
);
const sessions = {
  running: {
    head: head(),
    steps: stepsUpTo('fill-characters', 'running').map((step) =>
      step.status === 'running'
        ? {
            ...step,
            statement: 'UPDATE characters SET created_by = player_owner WHERE created_by IS NULL',
            statement_index: 2,
            statements_total: 5,
            progress: { done: 1_240_000, total: 3_100_000, unit: 'rows' },
          }
        : step,
    ),
  },
  failed: {
    head: head({ state: 'failed', environment: 'production', finally_offered: ['maintenance-off'] }),
    steps: failing,
  },
  gate: {
    head: head({ state: 'waiting' }),
    steps: stepsUpTo('go', 'paused').map((step) =>
      step.status === 'paused'
        ? { ...step, waits_for: 'May the database be changed now?', approvals_needed: 2 }
        : step,
    ),
  },
  unknown: {
    head: head({ state: 'unknown' }),
    steps: stepsUpTo('add-columns', 'unknown').map((step) =>
      step.status === 'unknown'
        ? {
            ...step,
            statement: 'ALTER TABLE users ADD COLUMN created_by bigint',
            problem: {
              code: 'unknown',
              message:
                'The runner died while a statement was on its way; MariaDB cannot tell whether it took effect.',
              hint: 'Look whether users has the column created_by.',
              line: null,
              column: null,
            },
          }
        : step,
    ),
  },
  paused: { head: head({ state: 'paused' }), steps: stepsUpTo('fill-users', 'succeeded') },
  interrupted: { head: head({ state: 'interrupted' }), steps: stepsUpTo('fill-users', 'interrupted') },
  finished: {
    head: head({ state: 'finished', outcome: 'succeeded', finished_at_ms: Date.now() }),
    steps: stepsUpTo('maintenance-off', 'succeeded'),
  },
  back: {
    head: head({
      state: 'finished',
      outcome: 'partly_rolled_back',
      rolling_back: true,
      finished_at_ms: Date.now(),
      endings: [
        { kind: 'rollback', by: 'maria', at_ms: Date.now() - 70_000 },
        { kind: 'leave', by: 'maria', at_ms: Date.now() - 10_000 },
      ],
      without_undo: ['maintenance-on'],
    }),
    steps: stepsUpTo('checks', 'failed').map((step) =>
      step.has_undo && step.status === 'succeeded'
        ? {
            ...step,
            status: 'undone' as const,
            back: true,
            undo_elapsed_ms: 41_700,
            started_at_ms: Date.now() - 60_000,
            finished_at_ms: Date.now() - 18_300,
            other_run: {
              status: 'succeeded' as const,
              started_at_ms: step.started_at_ms!,
              finished_at_ms: step.finished_at_ms,
              elapsed_ms: step.elapsed_ms,
            },
            settlements: [
              {
                applied: true,
                by: 'maria',
                at_ms: Date.now() - 90_000,
                note: 'users has the column created_by.',
                back: false,
              },
            ],
          }
        : step,
    ),
  },
};

mockWindows('main');
mockIPC(
  (command, args) => {
    switch (command) {
      case 'opening':
        return {
          plan: null,
          journal: '/home/maria/.local/share/stopover/journal.db',
          set_aside: null,
          user: 'maria',
          version: '0.1.0',
          binds: [],
        };
      case 'open_plan':
      case 'trust_plan':
        return shown;
      case 'recent_plans':
        return which === 'empty'
          ? []
          : [
              { path: shown.path, opened_at_ms: Date.now(), exists: true, name: shown.name },
              { path: '/srv/old/gone.plan.toml', opened_at_ms: Date.now() - 9e8, exists: false, name: null },
            ];
      case 'list_connections':
        return which === 'empty' ? [] : connections;
      case 'test_connection':
        return {
          ok: false,
          facts: [],
          part: 'authentication',
          problem: {
            code: 'authentication',
            message: 'db.example.org:5432 refused the password of deploy',
            hint: 'Type the password again, or ask who owns the role.',
            line: null,
            column: null,
          },
        };
      case 'list_sessions':
        return which === 'empty' ? [] : lines;
      case 'plans_run':
        return which === 'empty'
          ? []
          : [{ path: lines[0]!.plan_path, name: lines[0]!.plan, sessions: lines.length }];
      case 'past_runs':
        return plan().steps.map((step, index) => ({
          step: step.id,
          runs: 4,
          least_ms: (step.estimate_ms ?? 0) * 0.7,
          median_ms: step.estimate_ms ?? 0,
          most_ms: (step.estimate_ms ?? 0) * (1 + (index % 3) / 3),
        }));
      case 'compare_sessions':
        return comparison();
      case 'open_session':
        return { ...(sessions[which as keyof typeof sessions] ?? sessions.running), plan: shown, age_ms: 0 };
      case 'watch_session':
        return 1;
      case 'watch_plan': {
        const line = (sign: DiffSign, text: string): DiffLine => ({ sign, line: 7, text });
        const clash = {
          what: 'Change the title of backup',
          mine: [line('removed', 'title = "Back up"'), line('added', 'title = "Back up all"')],
          theirs: [line('removed', 'title = "Back up"'), line('added', 'title = "Save"')],
          beside: 'audit-fields.mine.plan.toml',
        };
        return { watcher: 1, undoable: null, redoable: null, clash: which === 'clash' ? clash : null };
      }
      default:
        return answer(command, args as Record<string, unknown>, which) ?? null;
    }
  },
  { shouldMockEvents: true },
);

mount(App, { target: document.getElementById('app')! });
const theme = wish.get('theme');
if (theme) desk.dress(theme as 'dark');
if (wish.get('contrast')) desk.sharpen('more');
if (view === 'plan' || view === 'start')
  void plans.open(shown.path).then(() => {
    if (view === 'start')
      setTimeout(() => document.querySelector<HTMLButtonElement>('[data-testid=run]')?.click(), 100);
  });
if (view === 'databases') {
  desk.place = 'databases';
  if (which !== 'empty')
    setTimeout(() => {
      databases.edit(connections[2]!);
      const part = wish.get('part');
      if (part === 'import') {
        databases.imports.begin();
        void databases.imports.read({ kind: 'env_file', path: '/home/maria/shop/.env' }, ['game']);
      } else if (part) {
        databases.part = part as 'schema';
        const query = databases.queryOf('game');
        query.sql = 'SELECT id, name, note\nFROM app.users\nWHERE nobody = 1';
        if (part === 'query' && which !== 'blank') void query.run();
        if (part === 'schema') void plans.open(shown.path).then(() => (desk.place = 'databases'));
      } else void databases.test();
    }, 100);
}
if (view === 'history') desk.place = 'history';
if (view === 'compare') {
  desk.place = 'history';
  void compare.open(['a', 'b']);
}
if (view === 'session') {
  desk.place = 'session';
  if (which !== 'empty')
    void session.open('01JD0000').then(() => {
      const current = session.head!;
      session.told({
        head: current,
        steps: [],
        problem: null,
        dropped: 0,
        age_ms: 0,
        log: session.steps
          .filter((s) => s.started_at_ms)
          .flatMap((s, i) => [
            { seq: i * 2 + 1, at_ms: s.started_at_ms!, step: s.id, tone: 'plain' as const, text: 'started' },
            {
              seq: i * 2 + 2,
              at_ms: s.finished_at_ms ?? s.started_at_ms!,
              step: s.id,
              tone: s.status === 'failed' ? ('bad' as const) : ('good' as const),
              text: s.status === 'failed' ? 'failed: expected 0, found 17' : `succeeded, ${s.rows ?? 0} rows`,
            },
          ]),
      });
    });
}
const tab = wish.get('tab');
if (tab)
  setTimeout(() => document.querySelector<HTMLButtonElement>(`[data-testid=tab-${tab}]`)?.click(), 400);
const key = wish.get('key');
if (key)
  setTimeout(() => window.dispatchEvent(new KeyboardEvent('keydown', { key, ctrlKey: key === 'k' })), 300);
// `click=tab-document,title-backup`: one after the other, as a person would.
wish
  .get('click')
  ?.split(',')
  .forEach((testid, index) =>
    setTimeout(
      () => document.querySelector<HTMLElement>(`[data-testid="${testid}"]`)?.click(),
      900 + index * 400,
    ),
  );
