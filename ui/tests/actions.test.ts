import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { desk, plans, session } from '../src/state';
import { act } from '../src/views/act.svelte';
import { actions, local, press, type Frame } from '../src/views/actions';
import { entries, found } from '../src/views/entries';
import { match } from '../src/views/fuzzy';
import { isTyped, spelled } from '../src/views/keys';
import { head, plan } from './mock/material';

const frame = { go: vi.fn(), open: vi.fn(), print: vi.fn() } satisfies Frame;

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
    const keyed = all.flatMap(({ keys }) => (keys ? [spelled(keys)] : []));
    expect(new Set(keyed).size).toBe(keyed.length);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    for (const { name } of all) expect(name).toMatch(/^[A-Z]\w+/);
  });

  it('take no key that a view reads itself', () => {
    const taken = new Set(local.flatMap(({ keys }) => keys.split(' ')).map(spelled));
    for (const { keys } of actions(frame)) expect(taken.has(spelled(keys ?? ''))).toBe(false);
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
  const named = (typed: string, recent: string[] = []) =>
    found(entries(frame), typed, recent).map(({ id }) => id);

  it('finds by some letters in order, and by words in any order', () => {
    expect(named('gth')[0]).toBe('go-history');
    expect(named('history go')[0]).toBe('go-history');
    expect(named('zzqx')).toEqual([]);
    expect(match('tml', 'Show the timeline')?.at).toHaveLength(3);
  });

  it('puts what was used last first, and what can be done before what cannot', () => {
    expect(named('', ['contrast', 'shortcuts']).slice(0, 2)).toEqual(['contrast', 'shortcuts']);
    const plan = named('plan');
    expect(plan.indexOf('new-plan')).toBeLessThan(plan.indexOf('close-plan'));
  });

  it('finds a step by its title', () => {
    plans.plan = plan();
    const step = plans.plan.steps[0]!;
    expect(named(step.title)[0]).toBe(`step:${step.id}`);
  });
});
