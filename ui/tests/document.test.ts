import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { flushSync, mount, tick, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Edit, Plan, Problem } from '../src/ipc/types';
import { PREVIEW_CHARACTERS, previewOf } from '../src/parts/code/shapes';
import { spansOf } from '../src/parts/code/highlight';
import { plans } from '../src/state';
import Document from '../src/views/document/Document.svelte';
import { editsOf } from '../src/views/document/forms';
import { blockOf, outline, placed } from '../src/views/document/outline';
import { reach } from '../src/views/document/reach.svelte';
import { moved } from '../src/views/document/place';
import {
  idOf,
  readDuration,
  readExpectation,
  readMoment,
  readWords,
  writeDuration,
} from '../src/views/document/typed';
import { waiting } from '../src/views/document/waiting';
import { bigPlan, plan } from './mock/material';

let mounted: ReturnType<typeof mount> | null = null;
let asked: { what: string; edits: Edit[] }[] = [];
let refusal: Problem | null = null;
let turn = 0;

/** Stands in for the shell: takes titles, refuses when told to. */
function shell(shown: Plan) {
  mockIPC((command, args) => {
    if (command !== 'edit_plan') return null;
    const { what, edits } = args as { what: string; edits: Edit[] };
    asked.push({ what, edits });
    if (refusal) throw refusal;
    for (const edit of edits)
      if (edit.do === 'set' && edit.sort === 'step' && edit.path[0] === 'title')
        shown = {
          ...shown,
          steps: shown.steps.map((step) =>
            step.id === edit.id ? { ...step, title: String(edit.value ?? step.id) } : step,
          ),
        };
    return {
      turn: ++turn,
      plan: shown,
      undoable: what,
      redoable: null,
      kept: null,
      clash: null,
      merged: false,
    };
  });
}

async function open(shown: Plan) {
  shell(shown);
  plans.plan = shown;
  plans.selected = null;
  mounted = mount(Document, { target: document.body, props: { plan: shown } });
  flushSync();
  await tick();
}

// jsdom lays nothing out; here is a sight of the document.
Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, get: () => 900 });

beforeEach(() => {
  asked = [];
  refusal = null;
});
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = null;
  document.body.innerHTML = '';
  clearMocks();
});

const at = <E extends HTMLElement = HTMLElement>(testid: string) =>
  document.querySelector<E>(`[data-testid="${testid}"]`)!;
async function settle() {
  for (let round = 0; round < 20; round++) await Promise.resolve();
  flushSync();
  await tick();
}
function press(element: HTMLElement, key: string, more: KeyboardEventInit = {}) {
  element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }));
}
async function type(testid: string, text: string) {
  at(testid).click();
  await settle();
  const field = at<HTMLInputElement>(`${testid}-field`);
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  return field;
}

describe('the document', () => {
  it('is drawn whole, whatever a mistake has in it twice', async () => {
    const whole = plan();
    const twice = <T>(list: T[]): T[] => [...list, ...list];
    const steps = whole.steps.map((step) => ({
      ...step,
      checks: twice(step.checks),
      after: twice(step.after),
    }));
    const checklists = whole.checklists.map((list) => ({ ...list, items: twice(list.items) }));
    await open({
      ...whole,
      steps: twice(steps),
      phases: twice(whole.phases),
      checklists: twice(checklists),
      windows: twice(whole.windows),
    });
    expect(document.querySelectorAll('[data-testid^="block-step:"]').length).toBeGreaterThan(1);
  });

  it('draws of 5,000 steps only those in sight', async () => {
    await open(bigPlan(5_000));
    const drawn = document.querySelectorAll('article').length;
    expect(drawn).toBeGreaterThan(2);
    expect(drawn).toBeLessThan(40);
    expect(at('block-plan').getAttribute('aria-setsize')).toBe(String(outline(bigPlan(5_000)).length));
  });

  it('saves a title with Ctrl+Enter and sends nothing on Escape', async () => {
    await open(plan());
    press(await type('title-backup', 'Back up all'), 'Escape');
    await settle();
    expect(asked).toEqual([]);
    expect(at('title-backup').textContent).toContain('Back up the whole database');

    press(await type('title-backup', 'Back up all'), 'Enter', { ctrlKey: true });
    await settle();
    expect(asked).toEqual([
      {
        what: 'Change the title of backup',
        edits: [{ do: 'set', sort: 'step', id: 'backup', path: ['title'], value: 'Back up all' }],
      },
    ]);
  });

  it('shows a refusal at the field it belongs to and keeps what was typed', async () => {
    await open(plan());
    refusal = {
      code: 'no',
      message: 'The title is refused.',
      hint: 'Take another.',
      line: null,
      column: null,
    };
    press(await type('title-backup', 'Refused'), 'Enter');
    await settle();
    expect(at('title-backup-problem').textContent).toContain('The title is refused. Take another.');
    expect(at<HTMLInputElement>('title-backup-field').value).toBe('Refused');
    expect(plans.refusal).toBeNull();
  });

  it('asks nothing of the file for what is no duration', async () => {
    await open(plan());
    press(await type('estimate-backup', 'soon'), 'Enter');
    await settle();
    expect(asked).toEqual([]);
    expect(at('estimate-backup-problem').textContent).toContain('“soon” is no duration.');
  });

  it('moves a step with Alt and an arrow, and removes it with Delete', async () => {
    await open(plan());
    press(at('block-step:backup'), 'ArrowDown', { altKey: true });
    await settle();
    press(at('block-step:backup'), 'Delete');
    await settle();
    expect(asked.map(({ edits }) => edits)).toEqual([
      [{ do: 'move_step', id: 'backup', after: 'go' }],
      [{ do: 'remove_step', id: 'backup' }],
    ]);
  });

  it('goes from block to block and into the first field with keys alone', async () => {
    await open(plan());
    at('block-plan').focus();
    press(at('block-plan'), 'ArrowDown');
    await settle();
    expect(document.activeElement).toBe(at('block-phase:before'));
    press(at('block-phase:before'), 'ArrowDown');
    await settle();
    expect(plans.selected).toBe('preflight');
    press(at('block-step:preflight'), 'Enter');
    await settle();
    expect(document.activeElement).toBe(at('title-preflight-field'));
  });

  it('takes a predecessor away and finds one by typing', async () => {
    await open(plan());
    at('after-go-remove-backup').click();
    await settle();
    at('after-go-add').click();
    await settle();
    const search = at<HTMLInputElement>('after-go-search');
    search.value = 'SERVERS answer';
    search.dispatchEvent(new Event('input', { bubbles: true }));
    await settle();
    press(search, 'Enter');
    await settle();
    expect(asked.map(({ edits }) => edits)).toEqual([
      [{ do: 'remove_edge', before: 'backup', id: 'go' }],
      [{ do: 'add_edge', before: 'preflight', id: 'go' }],
    ]);
  });

  it('lets no step be chosen as a predecessor that waits for it, over others and phases, too', async () => {
    const whole = plan();
    expect([...waiting(whole, 'look')]).toEqual(['maintenance-off']);
    expect(waiting(whole, 'backup').size).toBe(whole.steps.length - 2);
    // Nothing is after the first step of the last phase, but the phase itself is after another.
    const phased = { ...whole, steps: whole.steps.map((step) => ({ ...step, after: [] })) };
    const [first, second] = phased.phases;
    phased.phases = [
      { ...first!, after: [] },
      { ...second!, after: [first!.id] },
    ];
    expect(waiting(phased, 'go')).toContain('index');
    expect(waiting(phased, 'index').size).toBe(0);

    await open(whole);
    at('after-backup-add').click();
    await settle();
    const option = at('after-backup-option-index');
    expect(option.getAttribute('aria-disabled')).toBe('true');
    expect(option.textContent).toContain('waits for this step');
    option.click();
    press(at('after-backup-search'), 'Enter');
    await settle();
    expect(asked).toEqual([]);
  });

  it('offers three ways to an undo, and opens the field of the one that is chosen', async () => {
    const whole = plan();
    const bare = 'fill-users';
    const steps = whole.steps.filter(({ id }) => id === bare).map((step) => ({ ...step, undo: [] }));
    await open({ ...whole, steps });
    expect(at(`add-undo-${bare}-field`)).toBeNull();
    at(`undo-way-command-${bare}`).click();
    await settle();
    const field = at<HTMLTextAreaElement>(`add-undo-${bare}-field`);
    expect(document.activeElement).toBe(field);
    press(field, 'Escape');
    await settle();
    expect(asked).toEqual([]);
    expect(document.activeElement).toBe(at(`undo-way-command-${bare}`));

    at(`undo-way-command-${bare}`).click();
    await settle();
    const again = at<HTMLTextAreaElement>(`add-undo-${bare}-field`);
    again.value = './back --now';
    again.dispatchEvent(new Event('input', { bubbles: true }));
    press(again, 'Enter', { ctrlKey: true });
    await settle();
    expect(asked[0]!.edits).toEqual([
      { do: 'set', sort: 'step', id: bare, path: ['undo', 'command'], value: ['./back', '--now'] },
    ]);
  });

  it('says below a field what cannot be seen in it, while it is there', async () => {
    await open(plan());
    const field = (await type('title-backup', 'Back \u202eup')) as HTMLInputElement;
    await settle();
    expect(at('hidden-marks').textContent).toContain('Back ⟨U+202E⟩up');
    field.value = 'Back up';
    field.dispatchEvent(new Event('input', { bubbles: true }));
    await settle();
    expect(at('hidden-marks')).toBeNull();
  });

  it('says nothing of times while the plan cannot be planned', async () => {
    const whole = plan();
    await open(whole);
    expect(at('document-planned').textContent).toContain('planned');
    expect(at('block-step:preflight').textContent).toContain('critical path');
    expect(at('block-step:preflight').textContent).toContain('starts at the beginning');
    await unmount(mounted!);
    await open({
      ...whole,
      problems: [{ code: 'cycle', message: 'a → b → a', hint: '', line: null, column: null }],
    });
    expect(at('document-planned').textContent).toBe('Cannot be planned until its problems are mended');
    for (const words of ['critical path', 'starts at'])
      expect(at('block-step:preflight').textContent).not.toContain(words);
  });

  it('has each problem at the block whose lines it stands on, of two with one id, too', () => {
    const broken = plan();
    const [first, list] = [broken.steps[0]!, broken.checklists[0]!];
    const phases = [...broken.phases].reverse();
    broken.phases = phases;
    // In the file the first of both comes first; in the document the second does, because its phase does.
    broken.steps = [first, { ...first, phase: phases[0]!.id, title: 'The second' }, ...broken.steps.slice(1)];
    broken.checklists = [list, { ...list, title: 'Another' }];
    broken.places = [
      { sort: 'step', id: first.id, line: 10 },
      { sort: 'step', id: first.id, line: 20 },
      { sort: 'checklist', id: list.id, line: 30 },
      { sort: 'checklist', id: list.id, line: 40 },
      { sort: 'target', id: first.id, line: 50 },
    ];
    const on = (line: number | null) => ({ code: 'x', message: `${line}`, hint: '', line, column: 1 });
    broken.problems = [on(14), on(21), on(39), on(41), on(51), on(null), on(5)];
    const blocks = new Map(outline(broken).map((block) => [block.key, block]));
    const told = [...placed(broken)].map(([key, problems]) => {
      const block = blocks.get(key)!;
      const title =
        block.sort === 'step' ? block.step.title : block.sort === 'checklist' ? block.checklist.title : key;
      return [title, problems.map(({ message }) => message).join(' ')];
    });
    expect(told).toEqual([
      [first.title, '14'],
      ['The second', '21'],
      [list.title, '39'],
      ['Another', '41'],
      ['plan', '51 null 5'],
    ]);
  });

  it('counts the items of checklists as their tab does', () => {
    const of = (lists: Plan['checklists']) =>
      outline({ ...plan(), checklists: lists }).flatMap((block) =>
        block.sort === 'section' && block.of === 'checklist' ? block.told : [],
      );
    const list = plan().checklists[0]!;
    expect(of([{ ...list, items: list.items.slice(0, 1) }])).toEqual(['1 item']);
    expect(of([{ ...list, items: [] }])).toEqual(['no items yet']);
    expect(of([])).toEqual(['']);
  });

  it('shows a problem at its step, and foreign text as text', async () => {
    const broken = plan();
    broken.name = '<img src=x onerror=alert(1)>';
    broken.places = broken.steps.map((step, at) => ({
      sort: 'step',
      id: step.id,
      line: broken.step_lines[at]!,
    }));
    broken.problems = [
      { code: 'x', message: 'backup is odd', hint: '', line: broken.step_lines[1]! + 2, column: 3 },
    ];
    await open(broken);
    expect(at('block-step:backup').textContent).toContain('backup is odd');
    expect(blockOf(broken, broken.problems[0]!)).toBe('step:backup');
    expect(document.querySelector('img')).toBeNull();
    reach.to('step:backup');
    await settle();
    expect(plans.selected).toBe('backup');
  });
});

describe('what is typed', () => {
  it('reads and writes durations exactly', () => {
    expect(['5m', '1h 30m', '250ms', '1.5h', '2d3h'].map(readDuration)).toEqual([
      300_000, 5_400_000, 250, 5_400_000, 183_600_000,
    ]);
    expect(['', 'soon', '5', '5 apples', '5m x'].map(readDuration)).toEqual(Array(5).fill(undefined));
    expect([5_400_000, 250, 0, 90_061_001].map(writeDuration)).toEqual([
      '1h30m',
      '250ms',
      '0s',
      '1d1h1m1s1ms',
    ]);
  });

  it('reads moments, ids, words and expectations', () => {
    expect(readMoment('2026-12-05 01:00')).toBe('2026-12-05T01:00:00');
    expect(readMoment('tomorrow')).toBeUndefined();
    expect(idOf('Füll die Tabelle!', ['full-die-tabelle'], 'step')).toBe('full-die-tabelle-2');
    expect(idOf('🚀', [], 'step')).toBe('step');
    expect(readWords(`./m 'it'\\''s' "" a\\ b`)).toEqual(['./m', "it's", '', 'a b']);
    expect(readWords(`./m 'open`)).toBeUndefined();
    expect(
      ['0', 'on', 'at least 2', '1 to 3', '4 rows', '12345678901234567890'].map(readExpectation),
    ).toEqual([
      [[[], 0]],
      [[[], 'on']],
      [[['min'], 2]],
      [
        [['min'], 1],
        [['max'], 3],
      ],
      [[['rows'], 4]],
      [[[], '12345678901234567890']],
    ]);
  });

  it('moves a step over the heading of a phase into that phase', () => {
    const shown = plan();
    const blocks = outline(shown);
    const step = shown.steps.find((one) => one.id === 'go')!;
    expect(moved(shown, blocks, step, 1)).toEqual([
      { do: 'set', sort: 'step', id: 'go', path: ['phase'], value: 'change' },
    ]);
    expect(moved(shown, blocks, shown.steps[0]!, -1)).toEqual([]);
  });

  it('makes of the answers what the file needs', () => {
    const made = editsOf({ sort: 'step', after: 'go', phase: 'before' }, 'new', {
      title: 'New',
      kind: 'command',
      text: './m --now',
      estimate: '1h30m',
    });
    expect(made).toEqual({
      edits: [
        {
          do: 'add_step',
          id: 'new',
          title: 'New',
          after: 'go',
          values: [
            [['phase'], 'before'],
            [['estimate'], '1h30m'],
            [['command'], ['./m', '--now']],
          ],
        },
      ],
    });
  });
});

describe('code', () => {
  it('shows of 10 MB and of 10,000 lines a bounded part and says how much is left', () => {
    const wide = previewOf('x'.repeat(10_000_000));
    expect(wide.text.length).toBe(PREVIEW_CHARACTERS);
    expect(wide.characters).toBe(10_000_000 - PREVIEW_CHARACTERS);
    const long = previewOf('SELECT 1;\n'.repeat(10_000));
    expect(long.text.split('\n').length).toBe(40);
    expect(long.lines).toBe(9_961);
    expect(previewOf('short')).toEqual({ text: 'short', lines: 0, characters: 0 });
  });

  it('marks words of the dialect and loses no character', () => {
    const text = "ALTER TABLE a ADD COLUMN b text; -- why\nSELECT '<b>'";
    const spans = spansOf(text, 'sql', 'postgresql');
    expect(spans.map((span) => span.text).join('')).toBe(text);
    expect(spans.find((span) => span.text === 'ALTER')?.kind).toContain('tok-keyword');
    expect(spans.find((span) => span.text === '-- why')?.kind).toContain('tok-comment');
    expect(
      spansOf('cd a && ls', 'shell', null)
        .map((span) => span.text)
        .join(''),
    ).toBe('cd a && ls');
  });
});
