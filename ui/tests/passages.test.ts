import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { flushSync, mount, tick, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Detail, Edit, Plan, Problem } from '../src/ipc/types';
import { echoed } from '../src/state/echo';
import { plans } from '../src/state';
import { editsOfDetail, editsOfPair, optionsOf, unset } from '../src/views/document/details';
import Document from '../src/views/document/Document.svelte';
import { asksOfKind, kindEdit } from '../src/views/document/forms';
import { bigPlan, plan } from './mock/material';

Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, get: () => 900 });

let mounted: ReturnType<typeof mount> | null = null;
let asked: Edit[][] = [];
let refusal: Problem | null = null;
let answer: () => void = () => {};
let turn = 1000;

/** Opens the document on a shell that answers an edit when it is let. */
async function open(shown: Plan, after: (edits: Edit[]) => Plan = () => shown) {
  mockIPC(async (command, args) => {
    if (command === 'kind_change') return { keeps: [], goes: ['backup.file'], needs: ['instructions'] };
    if (command !== 'edit_plan') return null;
    const { edits } = args as { edits: Edit[] };
    asked.push(edits);
    await new Promise<void>((done) => (answer = done));
    if (refusal) throw refusal;
    return {
      turn: ++turn,
      plan: after(edits),
      undoable: 'it',
      redoable: null,
      kept: null,
      clash: null,
      merged: false,
    };
  });
  plans.plan = shown;
  plans.selected = null;
  mounted = mount(Document, {
    target: document.body,
    props: {
      get plan() {
        return plans.plan ?? shown;
      },
    },
  });
  flushSync();
  await tick();
}
const at = <E extends HTMLElement = HTMLElement>(testid: string) =>
  document.querySelector<E>(`[data-testid="${testid}"]`)!;
async function settle() {
  for (let round = 0; round < 30; round++) await Promise.resolve();
  flushSync();
  await tick();
}
function press(element: HTMLElement, key: string, more: KeyboardEventInit = {}) {
  element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }));
}
function type(testid: string, text: string) {
  at(testid).click();
  const field = at<HTMLInputElement>(`${testid}-field`);
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  return field;
}
/** The plan as another program has written it. */
function outside(title: string): Plan {
  const now = plan();
  now.steps = now.steps.map((step) => (step.id === 'backup' ? { ...step, title } : step));
  return now;
}

beforeEach(() => {
  asked = [];
  refusal = null;
});
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = null;
  document.body.innerHTML = '';
  plans.refusal = null;
  clearMocks();
});

describe('a field of the document', () => {
  it('has the keys as soon as it is clicked', async () => {
    await open(plan());
    at('title-backup').click();
    expect(document.activeElement).toBe(at('title-backup-field'));
    press(at('title-backup-field'), 'Escape');
    await settle();
  });

  it('keeps blank lines at the end of notes, and writes nothing when nothing was typed', async () => {
    const shown = plan();
    shown.steps[1]!.notes = '\nWhy.\n\n\n';
    await open(shown);
    expect(at('notes-backup').textContent).toContain('Why.');
    at('notes-backup').click();
    expect(at<HTMLTextAreaElement>('notes-backup-field').value).toBe('\nWhy.\n\n\n');
    press(at('notes-backup-field'), 'Enter', { ctrlKey: true });
    await settle();
    expect(asked).toEqual([]);
    press(type('notes-backup', '\nWhy not.\n\n\n'), 'Enter', { ctrlKey: true });
    await settle();
    expect(asked[0]![0]).toMatchObject({ path: ['notes'], value: '\nWhy not.\n\n\n' });
    answer();
    await settle();
  });

  it('asks when the place changed outside: mine is written, theirs is taken, neither by itself', async () => {
    await open(plan());
    const field = type('title-backup', 'Mine');
    plans.plan = outside('Theirs');
    await settle();
    expect(at('title-backup-meanwhile').textContent).toContain('Theirs');
    press(field, 'Enter');
    await settle();
    expect(asked).toEqual([]);
    expect(at<HTMLInputElement>('title-backup-field').value).toBe('Mine');
    at('title-backup-meanwhile-mine').click();
    await settle();
    expect(asked[0]![0]).toMatchObject({ path: ['title'], value: 'Mine' });
    answer();
    await settle();

    type('title-backup', 'Mine again');
    plans.plan = outside('Later');
    await settle();
    at('title-backup-meanwhile-theirs').click();
    await settle();
    expect(asked).toHaveLength(1);
    expect(at('title-backup').textContent).toContain('Later');
  });

  it('follows the file while nothing was typed', async () => {
    await open(plan());
    at('title-backup').click();
    plans.plan = outside('Theirs');
    await settle();
    expect(at('title-backup-meanwhile')).toBeNull();
    expect(at<HTMLInputElement>('title-backup-field').value).toBe('Theirs');
    press(at('title-backup-field'), 'Escape');
    await settle();
  });

  it('says what was typed into a step that went', async () => {
    await open(plan());
    type('title-backup', 'Not to be lost');
    await settle();
    const gone = plan();
    gone.steps = gone.steps.filter((step) => step.id !== 'backup');
    refusal = { code: 'missing-step', message: 'No such step.', hint: '', line: null, column: null };
    plans.plan = gone;
    await settle();
    answer();
    await settle();
    expect(plans.refusal?.message).toContain('Not to be lost');
  });
});

describe('an edit', () => {
  it('shows a new title everywhere before the file has it, in a plan of 5,000 steps', async () => {
    const shown = bigPlan(5_000);
    const first = shown.steps[0]!.id;
    await open(shown, () => ({ ...shown, name: 'as the file has it' }));
    press(type(`title-${first}`, 'At once'), 'Enter');
    expect(plans.rows[0]!.title).toBe('At once');
    flushSync();
    expect(at(`title-${first}`).textContent).toContain('At once');
    await settle();
    answer();
    await settle();
    expect(plans.plan?.name).toBe('as the file has it');
    expect(plans.rows[0]!.title).toBe(shown.steps[0]!.title);
  });

  it('puts the title back when it is refused, and keeps what came meanwhile', async () => {
    await open(plan());
    refusal = { code: 'no', message: 'Refused.', hint: '', line: null, column: null };
    const done = plans.edit('it', [
      { do: 'set', sort: 'step', id: 'backup', path: ['title'], value: 'Never' },
    ]);
    expect(plans.plan!.steps[1]!.title).toBe('Never');
    await settle();
    answer();
    expect(await done).toBe(false);
    expect(plans.plan!.steps[1]!.title).toBe('Back up the whole database');
  });

  it('echoes words and nothing that is reckoned', () => {
    const shown = plan();
    const set = (sort: 'step' | 'phase' | 'plan', id: string, key: string, value: string | null): Edit => ({
      do: 'set',
      sort,
      id,
      path: [key],
      value,
    });
    expect(echoed(shown, [set('step', 'backup', 'timeout', '5m')])).toBe(shown);
    expect(echoed(shown, [set('step', 'backup', 'title', null)]).steps[1]!.title).toBe('backup');
    expect(echoed(shown, [set('plan', '', 'name', 'N')]).name).toBe('N');
    const once = echoed(shown, [set('phase', shown.phases[0]!.id, 'title', 'P')]);
    expect(once.phases[0]!.title).toBe('P');
    expect(once.steps[0]).toBe(shown.steps[0]);
  });
});

describe('keys beside a text', () => {
  const detail = (more: Partial<Detail>): Detail => ({
    label: 'File',
    path: ['backup', 'file'],
    form: 'path',
    text: '',
    absent: 'none',
    options: [],
    pairs: [],
    instead: null,
    ...more,
  });
  const set = (path: string[], value: unknown) => ({ do: 'set', sort: 'step', id: 's', path, value });

  it('become edits of their form, or a slip', () => {
    const edits = (more: Partial<Detail>, text: string) => editsOfDetail('s', detail(more), text);
    expect(edits({}, 'b')).toEqual([set(['backup', 'file'], 'b')]);
    expect(edits({}, '')).toEqual([set(['backup', 'file'], null)]);
    expect(edits({ absent: '' }, '')).toMatchObject({ message: 'File cannot be left empty.' });
    expect(edits({ form: 'whole' }, '4')).toEqual([set(['backup', 'file'], 4)]);
    expect(edits({ form: 'whole' }, 'four')).toMatchObject({ code: 'typed' });
    expect(edits({ form: 'duration' }, '1h 30m')).toEqual([set(['backup', 'file'], '1h30m')]);
    expect(edits({ form: 'duration' }, 'soon')).toMatchObject({ code: 'typed' });
    expect(edits({ form: 'list' }, 'ana, , bo')).toEqual([set(['backup', 'file'], ['ana', 'bo'])]);
    // The new one first: a short spelling has to become a table before its own key can go.
    expect(edits({ instead: ['restore', 'backup'] }, 'f')).toEqual([
      set(['backup', 'file'], 'f'),
      set(['restore', 'backup'], null),
    ]);
  });

  it('name variables with values', () => {
    const env = detail({ form: 'pairs', path: ['command', 'env'], pairs: [{ name: 'A', value: '1' }] });
    expect(editsOfPair('s', env, null, 'B=x=y')).toEqual([set(['command', 'env', 'B'], 'x=y')]);
    expect(editsOfPair('s', env, 'A', 'C=2')).toEqual([
      set(['command', 'env', 'C'], '2'),
      set(['command', 'env', 'A'], null),
    ]);
    expect(editsOfPair('s', env, 'A', '')).toEqual([set(['command', 'env', 'A'], null)]);
    expect(editsOfPair('s', env, null, 'A=2')).toMatchObject({ code: 'typed' });
    expect(editsOfPair('s', env, null, 'nothing')).toMatchObject({ code: 'typed' });
    expect([unset(env), unset(detail({})), unset(detail({ absent: '' }))]).toEqual([false, true, false]);
  });

  it('are chosen from what the plan has', () => {
    const backups = optionsOf(plan(), 'x', detail({ form: 'backup_step' }));
    expect(backups.map(({ value }) => value)).toEqual(['', 'backup']);
  });
});

describe('another kind', () => {
  it('is asked for with what it needs, after it is said what goes', async () => {
    await open(plan());
    at('kind-backup').click();
    await settle();
    expect(at('kind-said').textContent).toContain('backup.file');
    const choice = at<HTMLSelectElement>('kind-to');
    choice.value = 'manual';
    choice.dispatchEvent(new Event('change', { bubbles: true }));
    await settle();
    expect(at<HTMLButtonElement>('kind-confirm').disabled).toBe(true);
    const field = at<HTMLTextAreaElement>('kind-instructions');
    field.value = 'Do it';
    field.dispatchEvent(new Event('input', { bubbles: true }));
    await settle();
    press(field, 'Enter', { ctrlKey: true });
    await settle();
    expect(asked).toEqual([
      [{ do: 'set_kind', id: 'backup', to: 'manual', values: [[['instructions'], 'Do it']] }],
    ]);
    answer();
    await settle();
    expect(at('kind-sheet')).toBeNull();
  });

  it('reads every answer as its key holds it', () => {
    const list = asksOfKind(plan(), 'wait', ['for', 'expect']);
    expect(kindEdit('s', 'wait', list, { for: '10m', expect: 'at least 2' })).toEqual({
      edits: [
        {
          do: 'set_kind',
          id: 's',
          to: 'wait',
          values: [
            [['for'], '10m'],
            [['expect', 'min'], 2],
          ],
        },
      ],
    });
    expect(kindEdit('s', 'wait', list, { for: 'soon', expect: '1' })).toMatchObject({ key: 'for' });
    expect(asksOfKind(plan(), 'restore', ['backup'])[0]!.options).toHaveLength(1);
  });
});
