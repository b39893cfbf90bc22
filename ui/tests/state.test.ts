import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, describe, expect, it } from 'vitest';
import { asks } from '../src/views/asks';
import { rollbackBy } from '../src/state/rows';
import { Plans } from '../src/state/plans.svelte';
import { SessionView } from '../src/state/session.svelte';
import { StartSheet } from '../src/state/start.svelte';
import { connections, head, plan, sessionStep, stepsUpTo } from './mock/material';

/** What a message has that came at once and left nothing out. */
const fresh = { dropped: 0, age_ms: 0 };

afterEach(() => clearMocks());

describe('the start sheet', () => {
  const trusted = () => ({ ...plan(), trusted: true });

  it('proposes the connection the plan names', () => {
    expect(new StartSheet(plan(), connections, []).choice['main']).toBe('game-staging');
  });

  it('starts nothing that was not trusted', () => {
    const sheet = new StartSheet(plan(), connections, []);
    expect(sheet.missing).toContain('trust');
    sheet.trust = true;
    expect(sheet.missing).toBeNull();
  });

  it('wants the name of the plan and a reason before production', () => {
    const sheet = new StartSheet(trusted(), connections, []);
    sheet.choice['main'] = 'game';
    expect(sheet.environment).toBe('production');
    expect(sheet.missing).toContain('name of the plan');
    sheet.confirm = 'audit fields';
    expect(sheet.missing).toContain('name of the plan');
    sheet.confirm = 'Audit fields';
    expect(sheet.missing).toContain('rehearsal');
    sheet.reason = 'rehearsed by hand on Tuesday';
    expect(sheet.missing).toBeNull();
  });

  it('knows the environment an address names', () => {
    const sheet = new StartSheet(
      trusted(),
      [],
      [{ target: 'main', connection: '', url: 'postgres://h/d?environment=production' }],
    );
    expect(sheet.environment).toBe('production');
  });

  it('offers to go on with a session that only its target knows', async () => {
    const sent: unknown[] = [];
    mockIPC((command, sheet) => {
      if (command !== 'start_session') return null;
      sent.push((sheet as { start: { adopt: string | null } }).start.adopt);
      if (sent.length > 1) return '20261121-080828-c401d8';
      throw {
        code: 'unknown-session',
        message: 'Target main carries the marks of session 20261121-080828-c401d8.',
        hint: 'Run the plan with --adopt 20261121-080828-c401d8 to go on.',
        line: null,
        column: null,
      };
    });
    const sheet = new StartSheet(trusted(), connections, []);
    expect(await sheet.start()).toBeNull();
    expect(sheet.lost).toBe('20261121-080828-c401d8');
    expect(sheet.problem?.hint).not.toContain('--adopt');
    sheet.adopt = true;
    expect(await sheet.start()).toBe('20261121-080828-c401d8');
    expect(sent).toEqual([null, '20261121-080828-c401d8']);
  });

  it('shows why a start was refused', async () => {
    mockIPC(() => {
      throw {
        code: 'held',
        message: 'main is held by maria on bastion',
        hint: 'Wait.',
        line: null,
        column: null,
      };
    });
    const sheet = new StartSheet(trusted(), connections, []);
    expect(await sheet.start()).toBeNull();
    expect(sheet.problem?.code).toBe('held');
    expect(sheet.starting).toBe(false);
  });
});

describe('a start sheet whose plan changes', () => {
  const trusted = () => ({ ...plan(), trusted: true });
  const ready = () => {
    const sheet = new StartSheet(trusted(), connections, []);
    sheet.choice['main'] = 'game';
    sheet.confirm = 'Audit fields';
    sheet.reason = 'rehearsed by hand on Tuesday';
    return sheet;
  };

  it('asks for the confirmation again and keeps the databases', () => {
    const sheet = ready();
    expect(sheet.missing).toBeNull();
    sheet.renew({ ...trusted(), hash: 'b0'.repeat(32), trusted: false });
    expect(sheet.changed).toBe(true);
    expect(sheet.plan.hash).toBe('b0'.repeat(32));
    expect(sheet.choice['main']).toBe('game');
    expect(sheet.missing).toContain('trust');
    sheet.trust = true;
    expect(sheet.missing).toContain('name of the plan');
    sheet.confirm = 'Audit fields';
    expect(sheet.missing).toBeNull();
  });

  it('asks for nothing again when the same content is read once more', () => {
    const sheet = ready();
    sheet.renew(trusted());
    expect(sheet.changed).toBe(false);
    expect(sheet.missing).toBeNull();
  });

  it('asks for the database of a target that is new or of another engine', () => {
    const sheet = ready();
    const [main] = plan().targets;
    sheet.renew({
      ...trusted(),
      hash: 'b1',
      targets: [
        { ...main!, engine: 'sqlite', connection: null },
        { ...main!, id: 'store' },
      ],
    });
    expect(sheet.choice).toEqual({ main: '', store: 'game-staging' });
    expect(sheet.missing).toContain('main');
  });

  it('starts no plan that has problems now', () => {
    const sheet = ready();
    const problem = { code: 'x', message: 'x', hint: 'x', line: 1, column: 1 };
    sheet.renew({ ...trusted(), hash: 'b2', problems: [problem] });
    expect(sheet.missing).toContain('problems');
  });
});

describe('the session', () => {
  it('takes changed steps and new lines, and no old message over a newer one', () => {
    const view = new SessionView();
    const steps = stepsUpTo('fill-users', 'running');
    view.told({ head: head({ seq: 10 }), steps, log: [], problem: null, ...fresh });
    expect(view.selected).toBe('fill-users');
    const failed = { ...steps[5]!, status: 'failed' as const };
    const line = { seq: 11, at_ms: 0, step: 'fill-users', tone: 'bad' as const, text: 'failed' };
    view.told({
      head: head({ seq: 11, state: 'failed' }),
      steps: [failed],
      log: [line],
      problem: null,
      ...fresh,
    });
    expect(view.failed.map((step) => step.id)).toEqual(['fill-users']);
    view.told({ head: head({ seq: 10 }), steps, log: [line], problem: null, ...fresh });
    expect(view.head?.state).toBe('failed');
    expect(view.failed).toHaveLength(1);
    expect(view.log).toHaveLength(1);
  });

  it('follows what needs a person until the person selects', () => {
    const view = new SessionView();
    view.told({ head: head({ seq: 1 }), steps: stepsUpTo('go', 'paused'), log: [], problem: null, ...fresh });
    expect(view.selected).toBe('go');
    view.select('backup');
    view.told({ head: head({ seq: 2 }), steps: [], log: [], problem: null, ...fresh });
    expect(view.selected).toBe('backup');
  });

  it('keeps the refusal of a request and says so', async () => {
    mockIPC(() => {
      throw {
        code: 'own-gate',
        message: 'maria runs the session',
        hint: 'Ask someone else.',
        line: null,
        column: null,
      };
    });
    const view = new SessionView();
    view.id = 's';
    expect(await view.ask({ kind: 'approve', gate: 'go', note: '', by: 'maria' })).toBe(false);
    expect(view.refusal?.code).toBe('own-gate');
    expect(view.asking).toBe(false);
  });

  it('lists what a rollback takes back, last step first, and what it cannot', () => {
    const view = new SessionView();
    const steps = stepsUpTo('checks', 'failed');
    view.told({
      head: head(),
      steps: steps.map((step) => (step.id === 'fill-users' ? { ...step, has_undo: false } : step)),
      log: [],
      problem: null,
      ...fresh,
    });
    const ask = asks.rollback(view);
    expect(ask.steps[0]).toBe('Index the audit columns');
    expect(ask.text.join(' ')).toContain('left as it is: “Fill users”');
  });
});

describe('plans', () => {
  it('shows the later of two plans that are opened at once', async () => {
    const answers: ((value: unknown) => void)[] = [];
    mockIPC((command) => (command === 'open_plan' ? new Promise((answer) => answers.push(answer)) : []));
    const plans = new Plans();
    const first = plans.open('/a');
    const second = plans.open('/b');
    await Promise.resolve();
    answers[1]!({ ...plan(), path: '/b' });
    answers[0]!({ ...plan(), path: '/a' });
    await Promise.all([first, second]);
    expect(plans.plan?.path).toBe('/b');
    expect(plans.loading).toBeNull();
  });
});

describe('the latest start of a rollback', () => {
  it('is planned as the earliest of all windows', () => {
    const windows = [50, null, 40].map((by, index) => ({
      ...plan().windows[0]!,
      id: `w${index}`,
      start_rollback_by_ms: by,
    }));
    expect(rollbackBy({ ...plan(), windows })).toBe(40);
    expect(rollbackBy({ ...plan(), windows: windows.slice(1, 2) })).toBeNull();
    expect(rollbackBy(null)).toBeNull();
  });
});

describe('a session that is over', () => {
  it('keeps its problems without what could have been done about them', () => {
    const session = new SessionView();
    const problem = { code: 'x', message: 'boom', hint: 'Retry it.', line: null, column: null };
    const steps = stepsUpTo('checks', 'failed').map((step) =>
      step.id === 'checks' ? { ...step, problem } : step,
    );
    const message = { steps, log: [], problem: null, ...fresh };
    session.told({ head: head({ seq: 1, state: 'failed' }), ...message });
    expect(session.step('checks')?.problem?.hint).toBe('Retry it.');
    session.told({ ...message, head: head({ seq: 2, state: 'finished', outcome: 'failed' }), steps: [] });
    expect(session.step('checks')?.problem).toEqual({ ...problem, hint: '' });
  });
});

describe('a session whose runner is gone', () => {
  it('shows nothing as running', () => {
    const session = new SessionView();
    const told = {
      head: head(),
      steps: stepsUpTo('fill-users', 'running'),
      log: [],
      problem: null,
      ...fresh,
    };
    session.told(told);
    expect(session.running.map((step) => step.id)).toEqual(['fill-users']);
    session.told({ ...told, head: head({ state: 'interrupted', seq: 41 }), steps: [] });
    expect(session.running).toEqual([]);
    expect(session.step('fill-users')?.status).toBe('interrupted');
  });
});
