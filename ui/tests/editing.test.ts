import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, describe, expect, it } from 'vitest';
import type { Clash, Edited, Plan, PlanSeen } from '../src/ipc/types';
import { Plans } from '../src/state/plans.svelte';
import { fileOf, folderOf, fullPath } from '../src/words/paths';
import { plan } from './mock/material';

afterEach(() => clearMocks());

const refusal = { code: 'cycle', message: 'a → b → a', hint: 'Take one out.', line: null, column: null };
const clash: Clash = { what: 'Rename', mine: [], theirs: [], beside: 'x.mine.plan.toml' };

/** A pretended file: answers by command, and what was asked, in order. */
function shell(answers: Record<string, (sheet: Record<string, unknown>) => unknown>) {
  const asked: [string, Record<string, unknown>][] = [];
  let tell: ((seen: PlanSeen) => void) | null = null;
  mockIPC(async (command, payload) => {
    const sheet = payload as Record<string, unknown>;
    asked.push([command, sheet]);
    if (command === 'open_plan') return plan();
    if (command === 'recent_plans') return [];
    if (command === 'watch_plan') {
      tell = (sheet['channel'] as { onmessage: (seen: PlanSeen) => void }).onmessage;
      return { watcher: 1, undoable: null, redoable: null, clash: null };
    }
    return answers[command]?.(sheet) ?? null;
  });
  return { asked, tell: (seen: PlanSeen) => tell!(seen) };
}

let turn = 0;
function edited(change: Partial<Plan>, more: Partial<Edited> = {}): Edited {
  const now = { ...plan(), ...change };
  return {
    turn: ++turn,
    plan: now,
    kept: null,
    undoable: 'x',
    redoable: null,
    clash: null,
    merged: false,
    ...more,
  };
}

async function opened() {
  const plans = new Plans();
  await plans.open('/x/night.plan.toml');
  return plans;
}

describe('editing a plan', () => {
  it('shows what the file is after an edit, and can take it back', async () => {
    const { asked } = shell({
      edit_plan: () => edited({ name: 'New', hash: 'h2' }, { undoable: 'Rename plan' }),
      undo_plan: () => edited({ name: 'Old', hash: 'h1' }, { undoable: null, redoable: 'Rename plan' }),
    });
    const plans = await opened();
    const said: string[] = [];
    plans.say = (words) => said.push(words);
    const edits = [{ do: 'set' as const, sort: 'plan' as const, id: '', path: ['name'], value: 'New' }];
    expect(await plans.edit('Rename plan', edits)).toBe(true);
    expect(plans.plan?.name).toBe('New');
    expect(plans.undoable).toBe('Rename plan');
    await plans.undo();
    expect(plans.plan?.name).toBe('Old');
    expect(plans.redoable).toBe('Rename plan');
    expect(said).toEqual(['Undone: Rename plan']);
    expect(asked.find(([command]) => command === 'edit_plan')?.[1]).toMatchObject({
      what: 'Rename plan',
      edits,
    });
  });

  it('does again what an undo that is still on its way takes back', async () => {
    const { asked } = shell({
      edit_plan: () => edited({ name: 'New' }, { undoable: 'Rename plan' }),
      undo_plan: () => edited({ name: 'Old' }, { undoable: null, redoable: 'Rename plan' }),
      redo_plan: () => edited({ name: 'New' }, { undoable: 'Rename plan' }),
    });
    const plans = await opened();
    const said: string[] = [];
    plans.say = (words) => said.push(words);
    const edits = [{ do: 'set' as const, sort: 'plan' as const, id: '', path: ['name'], value: 'New' }];
    await plans.edit('Rename plan', edits);
    await Promise.all([plans.undo(), plans.redo(), plans.redo()]);
    expect(plans.plan?.name).toBe('New');
    expect(said).toEqual(['Undone: Rename plan', 'Done again: Rename plan']);
    expect(asked.filter(([command]) => command === 'redo_plan')).toHaveLength(1);
  });

  it('lets every edit build on the view the one before returned', async () => {
    const bases: unknown[] = [];
    shell({
      edit_plan: (sheet) => {
        bases.push(sheet['baseHash']);
        return edited({ hash: `h${bases.length}` });
      },
    });
    const plans = await opened();
    const first = plans.plan!.hash;
    await Promise.all([plans.edit('one', []), plans.edit('two', []), plans.edit('three', [])]);
    expect(bases).toEqual([first, 'h1', 'h2']);
    expect(plans.saving).toBe(0);
  });

  it('keeps the plan and says why when an edit is refused', async () => {
    shell({
      edit_plan: () => {
        throw refusal;
      },
    });
    const plans = await opened();
    const before = plans.plan;
    expect(await plans.edit('x', [])).toBe(false);
    expect(plans.refusal).toEqual(refusal);
    expect(plans.plan).toBe(before);
  });

  it('asks when two changes meet, and ends the question as chosen', async () => {
    const { asked } = shell({
      edit_plan: () => edited({ name: 'Theirs' }, { clash }),
      settle_plan: () => edited({ name: 'Mine' }),
    });
    const plans = await opened();
    expect(await plans.edit('Rename', [])).toBe(false);
    expect(plans.plan?.name).toBe('Theirs');
    expect(plans.clash).toEqual(clash);
    await plans.settle('mine');
    expect(plans.clash).toBeNull();
    expect(plans.plan?.name).toBe('Mine');
    expect(asked.at(-1)?.[1]).toMatchObject({ choice: 'mine' });
  });

  it('leaves a question open that is put off, and writes nothing until it is answered', async () => {
    const { asked } = shell({
      edit_plan: () => edited({}, { clash }),
      undo_plan: () => edited({}),
      settle_plan: () => edited({}),
    });
    const plans = await opened();
    await plans.edit('Rename', []);
    expect(plans.asking).toBe(true);
    plans.asking = false;
    await plans.undo();
    expect(plans.clash).toEqual(clash);
    expect(plans.asking).toBe(true);
    expect(asked.filter(([command]) => ['undo_plan', 'settle_plan'].includes(command))).toEqual([]);
    await plans.settle('beside');
    await plans.undo();
    expect(asked.some(([command]) => command === 'undo_plan')).toBe(true);
  });

  it('takes what stayed from the plan that is there, the very same steps', async () => {
    const before = plan().steps;
    const changed = { ...before[1]!, title: 'Changed' };
    const runs = [
      { to: 0, from: 0, count: 1 },
      { to: 2, from: 3, count: before.length - 3 },
    ];
    shell({
      edit_plan: () => edited({ hash: 'h2', steps: [changed] }, { kept: { since: plan().hash, runs } }),
    });
    const plans = await opened();
    const shown = plans.plan!.steps;
    const rows = plans.rows;
    await plans.edit('Two at once', []);
    expect(plans.plan?.hash).toBe('h2');
    expect(plans.plan?.steps).toEqual([before[0], changed, ...before.slice(3)]);
    expect(plans.plan?.steps[2]).toBe(shown[3]);
    expect(plans.rows[2]).toBe(rows[3]);
  });

  it('reads the plan whole when what stayed belongs to a view it never had', async () => {
    const kept = { since: 'another', runs: [{ to: 0, from: 0, count: 2 }] };
    const { asked } = shell({ edit_plan: () => edited({ hash: 'h3', steps: [] }, { kept }) });
    const plans = await opened();
    await plans.edit('x', []);
    await plans.edit('y', []);
    expect(asked.filter(([command]) => command === 'open_plan').length).toBeGreaterThan(1);
    expect(plans.plan?.steps).toEqual(plan().steps);
  });

  it('follows a step that is renamed', async () => {
    const first = plan().steps[0]!;
    shell({
      edit_plan: () =>
        edited({ steps: plan().steps.map((step, at) => (at === 0 ? { ...step, id: 'other' } : step)) }),
    });
    const plans = await opened();
    plans.selected = first.id;
    await plans.edit('Rename step', [{ do: 'rename_step', id: first.id, to: 'other' }]);
    expect(plans.selected).toBe('other');
  });
});

describe('a plan that is changed outside', () => {
  it('is shown at once, and an older message does not come back', async () => {
    const { tell } = shell({});
    const plans = await opened();
    const old = edited({ name: 'Old' });
    tell({ kind: 'changed', now: edited({ name: 'Outside' }) });
    expect(plans.plan?.name).toBe('Outside');
    tell({ kind: 'changed', now: old });
    expect(plans.plan?.name).toBe('Outside');
  });

  it('says that the file is gone, and that it is back', async () => {
    const { tell } = shell({});
    const plans = await opened();
    tell({ kind: 'gone', problem: { ...refusal, code: 'plan-gone' } });
    expect(plans.gone?.code).toBe('plan-gone');
    expect(plans.plan).not.toBeNull();
    tell({ kind: 'changed', now: edited({}) });
    expect(plans.gone).toBeNull();
  });

  it('says nothing of a file that is gone, or that is asked about', async () => {
    const { tell } = shell({});
    const plans = await opened();
    const said: string[] = [];
    plans.say = (words) => said.push(words);
    tell({ kind: 'changed', now: edited({}) });
    tell({ kind: 'gone', problem: refusal });
    tell({ kind: 'changed', now: edited({}, { clash }) });
    expect(said).toEqual(['The file was changed outside; this is how it is now', '', '']);
  });

  it('keeps the selection while someone else is still writing', async () => {
    const { tell } = shell({});
    const plans = await opened();
    const chosen = plans.plan!.steps[1]!.id;
    plans.selected = chosen;
    tell({ kind: 'changed', now: edited({ steps: [] }) });
    tell({ kind: 'changed', now: edited({}) });
    expect(plans.selected).toBe(chosen);
  });
});

describe('a new plan', () => {
  it('is opened when it was written, and the form hears why it was not', async () => {
    let fail = true;
    shell({
      create_plan: () => {
        if (fail) throw { ...refusal, code: 'file-exists' };
        return plan();
      },
    });
    const plans = new Plans();
    const wanted = { path: '/x/a.plan.toml', name: 'A', engine: 'sqlite', template: 'guided' } as const;
    expect((await plans.create(wanted))?.code).toBe('file-exists');
    expect(plans.plan).toBeNull();
    expect(plans.problem).toBeNull();
    fail = false;
    expect(await plans.create(wanted)).toBeNull();
    expect(plans.plan?.name).toBe(plan().name);
  });

  it('gets a file name of its name', () => {
    expect(fileOf('Audit fields: ÄLL tables!')).toBe('audit-fields-all-tables.plan.toml');
    expect(fileOf('  ')).toBe('migration.plan.toml');
    expect(fileOf('../../etc')).toBe('etc.plan.toml');
    expect(fullPath(' /x/y ')).toBe('/x/y.plan.toml');
    expect(fullPath('/x/y.TOML')).toBe('/x/y.TOML');
    expect(folderOf('/x/y/z.toml')).toBe('/x/y/');
    expect(folderOf('z')).toBe('');
  });
});
