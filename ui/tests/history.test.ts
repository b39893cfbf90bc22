import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ComparedStep, Filter, SessionLine } from '../src/ipc/types';
import { Compare, differs, sorted } from '../src/state/compare.svelte';
import { filterOf, History, midnight } from '../src/state/history.svelte';
import { lines } from './mock/material';

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
    expect(midnight('soon')).toBeNull();
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
});
