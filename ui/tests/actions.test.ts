import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { compare, databases, desk, history, plans, session } from '../src/state';
import { blank } from '../src/state/databases.svelte';
import type { SessionLine } from '../src/ipc/types';
import { act } from '../src/views/act.svelte';
import type { Frame } from '../src/views/action';
import { actions, local, press } from '../src/views/actions';
import { entries, found } from '../src/views/entries';
import { match, parts } from '../src/views/fuzzy';
import { isTyped, spelled } from '../src/views/keys';
import Palette from '../src/views/Palette.svelte';
import Shortcuts from '../src/views/Shortcuts.svelte';
import { answer } from './mock/database';
import { head, plan } from './mock/material';

const frame = { go: vi.fn(), open: vi.fn(), print: vi.fn() } satisfies Frame;

const settled = () => new Promise((done) => setTimeout(done));
function named(id: string) {
  const action = actions(frame).find((one) => one.id === id);
  if (!action) throw new Error(`no action is called ${id}`);
  return action;
}
const refusal = (id: string) => named(id).refused?.() ?? null;

function key(written: Partial<KeyboardEventInit> & { key: string }, target: Element = document.body) {
  const event = new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...written });
  target.addEventListener('keydown', (caught) => press(caught as KeyboardEvent, frame), { once: true });
  target.dispatchEvent(event);
  return event;
}

beforeEach(() => {
  vi.clearAllMocks();
  plans.plan = null;
  session.head = null;
  desk.place = 'plans';
  desk.palette = false;
  desk.notice = null;
  desk.recent = [];
});
afterEach(() => {
  document.body.innerHTML = '';
});

describe('actions', () => {
  it('have names of their own, and no two have the same keys', () => {
    const all = actions(frame);
    const keyed = all.map(({ keys }) => spelled(keys));
    expect(new Set(keyed).size).toBe(keyed.length);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    for (const { name } of all) expect(name).toMatch(/^[A-Z]\w+/);
  });

  it('take no key that a view reads itself', () => {
    const taken = new Set(local.flatMap(({ keys }) => keys.split(' ')).map(spelled));
    for (const { keys } of actions(frame)) expect(taken.has(spelled(keys))).toBe(false);
  });

  it('are all in the palette, each with its keys and, where it cannot be done, with why', () => {
    const listed = new Map(entries(frame).map((entry) => [entry.id, entry]));
    for (const action of actions(frame)) {
      if (action.id === 'palette') continue;
      const entry = listed.get(action.id);
      expect(entry?.label).toBe(action.name);
      expect(entry?.keys).toBe(action.keys);
      expect(entry?.refused ?? null).toBe(action.refused?.() ?? null);
    }
    expect(listed.get('run-plan')?.refused).toBe('No plan is open.');
  });

  it('stand all in the palette before a word is typed, and all in the list of shortcuts', async () => {
    const all = actions(frame);
    const palette = mount(Palette, { target: document.body, props: { frame } });
    flushSync();
    for (const { id, name, keys } of all.filter((action) => action.id !== 'palette')) {
      const line = document.querySelector(`[data-testid="found-${id}"]`);
      expect(line?.querySelector('.name')?.textContent, id).toBe(name);
      expect(line?.querySelector('kbd')?.textContent, id).toBe(keys);
    }
    await unmount(palette);
    const shortcuts = mount(Shortcuts, { target: document.body, props: { frame } });
    flushSync();
    const listed = new Map(
      [...document.querySelectorAll('dt')].map((term) => [
        term.textContent,
        term.nextElementSibling?.textContent,
      ]),
    );
    for (const { name, keys } of all) expect(listed.get(keys)).toBe(name);
    for (const { keys, does } of local) expect(listed.get(keys)).toBe(does);
    await unmount(shortcuts);
  });

  it('have the keys that the buttons of the views show', () => {
    const views = join(import.meta.dirname, '../src/views');
    const shown = readdirSync(views, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.svelte'))
      .flatMap((file) => [...readFileSync(join(views, file), 'utf8').matchAll(/\bkeys="([^"]+)"/g)])
      .map((found) => found[1]!);
    expect(shown.length).toBeGreaterThan(4);
    const known = [
      ...actions(frame).map(({ keys }) => keys),
      ...local.flatMap(({ keys }) => keys.split(' ')),
    ];
    const keyed = new Set(known.map(spelled));
    for (const keys of shown) expect(keyed.has(spelled(keys)), keys).toBe(true);
  });

  it('are refused in words a person can act on', () => {
    for (const { refused } of actions(frame)) {
      const why = refused?.() ?? null;
      if (why !== null) expect(why).toMatch(/^[A-Z].{8,}\.$/);
    }
  });

  it('name what they undo', () => {
    plans.plan = plan();
    plans.undoable = 'Rename step';
    const undo = actions(frame).find(({ id }) => id === 'undo');
    expect(undo?.name).toBe('Undo: Rename step');
    expect(undo?.refused?.() ?? null).toBeNull();
    plans.undoable = null;
    expect(
      actions(frame)
        .find(({ id }) => id === 'undo')
        ?.refused?.(),
    ).toMatch(/^Nothing/);
  });

  it('of a session ask before they act', () => {
    session.head = head({ state: 'running' });
    expect(act.ask).toBeNull();
    actions(frame)
      .find(({ id }) => id === 'abort')
      ?.do();
    expect(act.ask?.title).toBe('Abort the session?');
    act.ask = null;
    session.head = head({ state: 'finished', outcome: 'succeeded' });
    expect(
      actions(frame)
        .find(({ id }) => id === 'abort')
        ?.refused?.(),
    ).toBe('The session is over.');
  });
});

describe('the actions of a database', () => {
  const saved = {
    connection: { ...blank(), name: 'game', database: 'game', environment: 'development' as const },
    url: '',
    password_in_memory: true,
  };
  beforeEach(() => {
    mockIPC((command, args) => answer(command, args as Record<string, unknown>, ''));
    databases.saved = [saved];
    databases.close();
    desk.place = 'databases';
  });
  afterEach(() => {
    databases.saved = null;
    databases.close();
    databases.imports.close();
    act.doomed = null;
    clearMocks();
  });

  it('mean the one connection there is, and ask for one where there is a choice', () => {
    expect(refusal('show-schema')).toBeNull();
    databases.saved = [saved, { ...saved, connection: { ...saved.connection, name: 'other' } }];
    expect(refusal('show-schema')).toBe('Select a connection first.');
    expect(refusal('save-connection')).toBe('Select a connection first.');
  });

  it('open the schema and the query of a connection, and the import', () => {
    named('show-schema').do();
    expect([databases.before, databases.part]).toEqual(['game', 'schema']);
    named('show-query').do();
    expect(databases.part).toBe('query');
    named('import-connections').do();
    expect(databases.imports.open).toBe(true);
    expect(frame.go.mock.calls).toEqual([['databases'], ['databases'], ['databases']]);
  });

  it('ask before a connection is deleted', () => {
    named('delete-connection').do();
    expect(act.doomed).toBe('game');
    expect(databases.saved).toHaveLength(1);
  });

  it('look into the table that is selected', async () => {
    expect(refusal('count-rows')).toBe('Show the schema of a connection first.');
    named('show-schema').do();
    const schema = databases.schemaOf(saved.connection);
    await schema.read();
    expect(refusal('count-rows')).toBe('Select a table or view first.');
    const table = schema.relations[0]!;
    schema.select(table);
    expect(named('count-rows').name).toBe(`Count the rows of “${table.name}”`);
    expect(refusal('query-table')).toBeNull();
    named('query-table').do();
    expect(databases.part).toBe('query');
    expect(databases.queryOf('game').sql).toContain(`"${table.name}" LIMIT 1000;`);
  });

  it('run a query and drop its result, and only where the pane is in sight', async () => {
    named('show-query').do();
    const query = databases.queryOf('game');
    query.close();
    query.sql = ' ';
    expect(refusal('run-query')).toBe('Write a query first.');
    query.sql = 'SELECT 1';
    expect(refusal('export-rows')).toBe('There is no result.');
    key({ key: 'Enter', ctrlKey: true });
    await settled();
    expect(query.result?.rows).toBe(100_000);
    expect(refusal('export-rows')).toBeNull();
    expect(refusal('cancel-query')).toBe('No query runs.');
    desk.place = 'plans';
    expect(refusal('run-query')).toMatch(/^Show the query pane/);
    desk.place = 'databases';
    named('close-query').do();
    expect(query.result).toBeNull();
  });
});

describe('the actions of the history', () => {
  const line = (id: string) => ({ id, plan_path: '/p', state: 'finished' }) as SessionLine;
  beforeEach(() => {
    history.sessions = [line('b'), line('a')];
    history.chosen = [];
    compare.close();
  });
  afterEach(() => {
    history.sessions = null;
    history.chosen = [];
    compare.close();
    act.sheet = null;
    clearMocks();
  });

  it('compare two sessions, turn them, export them and go back', async () => {
    mockIPC(() => ({ left: line('a'), right: line('b'), steps: [], checks: [] }));
    expect(refusal('compare')).toMatch(/^Choose two sessions/);
    expect(refusal('export-comparison')).toBe('No two sessions are compared.');
    history.chosen = ['a', 'b'];
    named('compare').do();
    await settled();
    expect(frame.go).toHaveBeenCalledWith('history');
    expect(compare.pair).toEqual(['a', 'b']);
    named('swap-sides').do();
    await settled();
    expect(compare.pair).toEqual(['b', 'a']);
    named('export-comparison').do();
    expect(act.sheet).toBe('comparison');
    named('close-comparison').do();
    expect(compare.pair).toBeNull();
  });

  it('widen a filter and go further back', () => {
    mockIPC(() => []);
    expect(refusal('all-sessions')).toBe('The history is not filtered.');
    history.narrow({ environment: 'production' });
    expect(refusal('all-sessions')).toBeNull();
    named('all-sessions').do();
    expect(history.filtered).toBe(false);
    history.ended = true;
    history.loading = false;
    expect(refusal('older-sessions')).toBe('There are no older ones.');
  });
});

describe('the keyboard', () => {
  it('goes to a place by its number, and not while a person types', () => {
    key({ key: '3' });
    expect(frame.go).toHaveBeenCalledWith('session');
    frame.go.mockClear();
    document.body.innerHTML = '<input id="field" />';
    key({ key: '3' }, document.querySelector('#field')!);
    expect(frame.go).not.toHaveBeenCalled();
  });

  it('takes Ctrl+O from within a field, and never lets the page reload or print itself', () => {
    document.body.innerHTML = '<input id="field" />';
    const field = document.querySelector('#field')!;
    expect(key({ key: 'o', ctrlKey: true }, field).defaultPrevented).toBe(true);
    expect(frame.open).toHaveBeenCalledOnce();
    expect(key({ key: 'r', ctrlKey: true }).defaultPrevented).toBe(true);
    expect(key({ key: 'p', ctrlKey: true }).defaultPrevented).toBe(true);
    expect(key({ key: 'F5' }).defaultPrevented).toBe(true);
  });

  it('leaves a field its own undo', () => {
    document.body.innerHTML = '<textarea id="field"></textarea>';
    const typed = key({ key: 'z', ctrlKey: true }, document.querySelector('#field')!);
    expect(typed.defaultPrevented).toBe(false);
  });

  it('does nothing behind a dialog, but closes the palette again', () => {
    document.body.innerHTML = '<dialog open></dialog>';
    key({ key: '2' });
    key({ key: 'k', ctrlKey: true });
    expect(frame.go).not.toHaveBeenCalled();
    expect(desk.palette).toBe(false);
    desk.palette = true;
    key({ key: 'k', ctrlKey: true });
    expect(desk.palette).toBe(false);
  });

  it('says why a key does nothing', () => {
    key({ key: 'z', ctrlKey: true, shiftKey: true });
    expect(desk.notice).toBe('Redo: No plan is open.');
  });

  it('knows what is typed from what is pressed', () => {
    expect(['g', '?', '1', 'Shift+g'].every(isTyped)).toBe(true);
    expect(['Ctrl+g', 'F5', 'Alt+1'].some(isTyped)).toBe(false);
    expect(spelled('Shift+Ctrl+Z')).toBe(spelled('Ctrl+Shift+z'));
  });
});

describe('the palette', () => {
  const ids = (typed: string, recent: string[] = []) =>
    found(entries(frame), typed, recent).map(({ id }) => id);

  it('finds by some letters in order, and by words in any order', () => {
    expect(ids('gth')[0]).toBe('go-history');
    expect(ids('history go')[0]).toBe('go-history');
    expect(ids('zzqx')).toEqual([]);
    expect(match('tml', 'Show the timeline')?.at).toHaveLength(3);
    expect(match('col', 'Look at the application')).toBeNull();
    expect(match('col', 'Watch it for a while')).toBeNull();
    expect(match('cor', 'Count other rows')?.at).toEqual([0, 6, 12]);
    expect(parts('Count', [0, 1, 7])).toEqual([
      { text: 'Co', hit: true },
      { text: 'unt', hit: false },
    ]);
  });

  it('puts what was used last first, and what can be done before what cannot', () => {
    expect(ids('', ['contrast', 'shortcuts']).slice(0, 2)).toEqual(['contrast', 'shortcuts']);
    const plan = ids('plan');
    expect(plan.indexOf('new-plan')).toBeLessThan(plan.indexOf('close-plan'));
  });

  it('finds a step by its title', () => {
    plans.plan = plan();
    const step = plans.plan.steps[0]!;
    expect(ids(step.title)[0]).toBe(`step:${step.id}`);
  });
});
