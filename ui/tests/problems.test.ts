import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it } from 'vitest';
import type { Plan, Problem } from '../src/ipc/types';
import ProblemList from '../src/views/document/ProblemList.svelte';
import { inOrder, ofSteps, stepCount, wholeRows } from '../src/views/document/problems';
import { pieces, plain } from '../src/words/code';
import { plan } from './mock/material';

const at = (line: number | null, column: number | null, message: string, hint = ''): Problem => ({
  code: 'x',
  message,
  hint,
  line,
  column,
});

/** A plan with two steps of one id. */
function twice(): Plan {
  const whole = plan();
  const steps = [...whole.steps, { ...whole.steps[0]! }];
  const lines = [...whole.step_lines, 999];
  const places = steps.map(({ id }, index) => ({ sort: 'step', id, line: lines[index]! }));
  return { ...whole, steps, step_lines: lines, places };
}

describe('the problems of a plan', () => {
  it('stand by line and column, those of the whole file first', () => {
    const list = [at(9, 4, 'd'), at(17, 1, 'e'), at(9, 1, 'b'), at(null, null, 'a'), at(9, 1, 'c')];
    expect(inOrder(list).map(({ message }) => message)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(list[0]!.message).toBe('d');
  });

  it('belong to the step they stand at, also to one whose id is repeated', () => {
    const broken = twice();
    const [first, second] = [broken.steps[0]!.id, broken.steps[1]!.id];
    broken.problems = [
      at(1000, 6, 'an earlier step has the same id'),
      at(broken.step_lines[1]! + 1, 1, 'unknown key `sqll`'),
      at(broken.step_lines[0]!, 2, 'no kind'),
      at(null, null, 'of the whole'),
    ];
    expect(ofSteps(broken)).toEqual(
      new Map([
        [first, ['no kind', 'an earlier step has the same id']],
        [second, ['unknown key sqll']],
      ]),
    );
    expect(ofSteps({ ...broken, problems: [] })).toBe(ofSteps(null));
  });

  it('are told with the steps that are drawn and those the document alone shows', () => {
    expect(stepCount(plan())).toBe('12 steps');
    expect(stepCount(twice())).toBe('12 steps, 1 more with a repeated id');
    const { steps } = twice();
    expect(stepCount({ steps: [...steps, steps[0]!] })).toBe('12 steps, 2 more with repeated ids');
  });

  it('fill whole rows only, and one in any case', () => {
    expect(wholeRows([40, 80, 120], 100)).toBe(2);
    expect(wholeRows([40, 80, 120], 80)).toBe(2);
    expect(wholeRows([40, 80, 120], 500)).toBe(3);
    expect(wholeRows([400], 100)).toBe(1);
    expect(wholeRows([], 100)).toBe(0);
  });
});

describe('a sentence with code', () => {
  it('is broken at its backticks, and keeps one that has no partner', () => {
    expect(pieces('Write `sql`, or `manual = "…"`.')).toEqual([
      { text: 'Write ', code: false },
      { text: 'sql', code: true },
      { text: ', or ', code: false },
      { text: 'manual = "…"', code: true },
      { text: '.', code: false },
    ]);
    expect(plain('`-`, `_` and `.`')).toBe('-, _ and .');
    expect(plain('one ` alone')).toBe('one ` alone');
    expect(pieces('')).toEqual([]);
  });
});

describe('the list of problems', () => {
  let shown: ReturnType<typeof mount> | null = null;
  afterEach(() => shown && unmount(shown));

  it('shows code without backticks, foreign text as text, and rows by line', () => {
    const asked: Problem[] = [];
    shown = mount(ProblemList, {
      target: document.body,
      props: {
        problems: [
          at(30, 1, 'Step "<img src=x>": `<b>bold</b>` is no key \u202e', 'Write `sql`.'),
          at(8, 6, 'earlier'),
        ],
        onjump: (problem: Problem) => asked.push(problem),
      },
    });
    flushSync();
    const rows = [...document.querySelectorAll('[data-testid^=jump-]')];
    expect(rows.map((row) => row.querySelector('.place')!.textContent)).toEqual(['8:6', '30:1']);
    expect(rows[1]!.textContent).toContain('Step "<img src=x>": <b>bold</b> is no key ⟨U+202E⟩');
    expect([...rows[1]!.querySelectorAll('code')].map((code) => code.textContent)).toEqual([
      '<b>bold</b>',
      'sql',
    ]);
    expect(rows[1]!.querySelector('img, b')).toBeNull();
    (rows[0] as HTMLElement).click();
    expect(asked[0]!.message).toBe('earlier');
  });
});
