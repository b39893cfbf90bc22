import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ComparedStep, Filter, SessionLine } from '../src/ipc/types';
import { changeOf, Compare, differs, sorted } from '../src/state/compare.svelte';
import { filterOf, History, midnight } from '../src/state/history.svelte';
import { compare as shown } from '../src/state';
import CompareView from '../src/views/Compare.svelte';
import { comparison, lines } from './mock/material';

afterEach(() => {
  clearMocks();
  vi.useRealTimers();
});

const session = (id: string, plan_path = '/p'): SessionLine => ({ ...lines[0]!, id, plan_path });

describe('history', () => {
  it('turns what was chosen into a filter; the last day is part of it', () => {
    const wish = {
      plan: '',
      environment: '',
      end: '',
      from: '2026-12-05',
      until: '2026-12-05',
      search: ' a ',
    } as const;
    const filter = filterOf(wish);
    expect(filter).toMatchObject({ plan_path: null, environment: null, end: null, search: 'a' });
    expect(filter.until_at_ms! - filter.from_at_ms!).toBe(86_400_000);
    for (const day of ['soon', '2026-02-30', '2026-13-01', '2026-00-10', '5.12.2026'])
      expect(midnight(day)).toBeNull();
    expect(midnight('2028-02-29')).not.toBeNull();
  });

  it('shows the answer to the last question only, and reads on from the last line', async () => {
    const answers: ((page: SessionLine[]) => void)[] = [];
    const asked: { before: string | null; filter: Filter }[] = [];
    mockIPC((command, given) => {
      if (command !== 'list_sessions') return [];
      asked.push(given as never);
      return new Promise((answer) => answers.push(answer));
    });
    const history = new History();
    history.narrow({ end: 'failed' });
    history.narrow({ end: 'succeeded' });
    await Promise.resolve();
    const page = Array.from({ length: 50 }, (_, index) => session(`s${index}`));
    answers[1]!(page);
    answers[0]!([session('old')]);
    await vi.waitFor(() => expect(history.loading).toBe(false));
    expect(history.sessions).toHaveLength(50);
    void history.more();
    await Promise.resolve();
    expect(asked.map(({ before, filter }) => [before, filter.end])).toEqual([
      [null, 'failed'],
      [null, 'succeeded'],
      ['s49', 'succeeded'],
    ]);
  });

  it('waits for the end of typing', async () => {
    vi.useFakeTimers();
    const asked: string[] = [];
    mockIPC((_, given) => {
      asked.push((given as { filter: Filter }).filter.search);
      return [];
    });
    const history = new History();
    for (const search of ['a', 'an', 'ann']) history.narrow({ search });
    await vi.advanceTimersByTimeAsync(300);
    expect(asked).toEqual(['ann']);
  });

  it('lets two sessions of one plan be chosen, the earlier one on the left', () => {
    const history = new History();
    history.sessions = [session('new'), session('other', '/q'), session('old')];
    history.choose(history.sessions[0]!);
    expect(history.unfit(history.sessions[1]!)).toContain('another plan');
    history.choose(history.sessions[1]!);
    history.choose(history.sessions[2]!);
    expect(history.pair).toEqual(['old', 'new']);
    history.choose(history.sessions[0]!);
    expect(history.pair).toBeNull();
  });
});

describe('two sessions side by side', () => {
  const ran = (elapsed_ms: number, rows: number | null = null) => ({
    status: 'succeeded' as const,
    back: false,
    elapsed_ms,
    rows,
    attempts: 1,
  });
  const step = (id: string, left: number, right: number, rows = 0): ComparedStep => ({
    id,
    title: id,
    left: ran(left, 0),
    right: ran(right, rows),
    difference_ms: right - left,
  });
  const steps = [step('c', 100, 900), step('a', 500, 510), step('b', 50, 60, 7)];

  it('are sorted by what the person asks for', () => {
    const ids = (order: Parameters<typeof sorted>[1]) => sorted(steps, order).map(({ id }) => id);
    expect(ids('difference')).toEqual(['c', 'a', 'b']);
    expect(ids('step')).toEqual(['a', 'b', 'c']);
    expect(ids('left')).toEqual(['a', 'c', 'b']);
    expect(ids('rows')[0]).toBe('b');
  });

  it('tell what became of the outcome of a step', () => {
    const ended = (left: string, right: string) => {
      const one = step('s', 1, 1);
      return changeOf({
        ...one,
        left: { ...one.left!, status: left as 'failed' },
        right: { ...one.right!, status: right as 'failed' },
      });
    };
    expect(ended('succeeded', 'failed')).toBe('worse');
    expect(ended('failed', 'succeeded')).toBe('better');
    expect(ended('succeeded', 'skipped')).toBe('other');
    expect(ended('failed', 'failed')).toBeNull();
    expect(changeOf({ ...step('s', 1, 1), left: null })).toBeNull();
  });

  it('differ when they ended otherwise, changed other rows, or took clearly longer', () => {
    expect(steps.map(differs)).toEqual([true, false, true]);
    expect(differs({ ...steps[1]!, left: null })).toBe(true);
  });

  it('show why they could not be read', async () => {
    mockIPC(() => {
      throw { code: 'not-found', message: 'no session a', hint: '', line: null, column: null };
    });
    const compare = new Compare();
    await compare.open(['a', 'b']);
    expect(compare.both).toBeNull();
    expect(compare.problem?.code).toBe('not-found');
  });

  it('are told apart when they began in the same second, and each step says what it took', async () => {
    const both = comparison();
    both.left = { ...both.left, id: '20261121-121223-0a4f7c' };
    both.right = { ...both.right, id: '20261121-121223-9b00d1', started_at_ms: both.left.started_at_ms };
    mockIPC(() => both);
    await shown.open([both.left.id, both.right.id]);
    const view = mount(CompareView, { target: document.body });
    flushSync();
    const of = (testid: string) => document.querySelector(`[data-testid="${testid}"]`)!;
    expect([of('id-left').textContent, of('id-right').textContent]).toEqual(['0a4f7c', '9b00d1']);
    const row = document.querySelector('[data-step="backup"]')!;
    const figures = [...row.querySelectorAll('td.number')].map((cell) => cell.textContent);
    expect(figures).toEqual(['25m', '20m50s', '−4m10s', '–']);
    const failed = document.querySelector('[data-testid="compared"].worse')!;
    expect(failed.querySelector('.ended')?.textContent).toBe('ended otherwise');
    expect(failed.querySelector('.faster, .shorter.faster')).toBeNull();
    const check = document.querySelector('[data-testid="compared-checks"] tr.worse')!;
    expect(check.querySelector('.wrong')?.textContent).toBe('fail');
    expect(check.lastElementChild?.textContent).toBe(both.steps.find(({ id }) => id === 'checks')!.title);
    await unmount(view);
    shown.close();
  });
});
