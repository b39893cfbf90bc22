import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { SessionStep, Watched } from '../src/ipc/types';
import { cells, filtered, found, lineAt, pieces, tops, type Line } from '../src/parts/log/lines';
import Log from '../src/parts/Log.svelte';
import { eta, expected, left, nearness, rate, sampled } from '../src/state/pace';
import { noticeOf } from '../src/state/notices.svelte';
import { LINES, SessionView } from '../src/state/session.svelte';
import { named, owed, ready, rollback, startedBy } from '../src/views/session/consequences';
import { head, plan, sessionStep, stepsUpTo } from './mock/material';

afterEach(() => {
  clearMocks();
  vi.useRealTimers();
  document.body.innerHTML = '';
});

const told = (over: Partial<Watched>): Watched => ({
  head: head(),
  steps: [],
  log: [],
  dropped: 0,
  age_ms: 0,
  problem: null,
  ...over,
});
const step = (id: string, over: Partial<SessionStep> = {}): SessionStep => ({
  ...sessionStep(plan().steps[4]!),
  id,
  title: id,
  after: [],
  kind: 'sql',
  estimate_ms: null,
  ...over,
});
const line = (seq: number, over: Partial<Line> = {}): Line => ({
  seq,
  at_ms: 0,
  step: 'a',
  tone: 'output',
  text: `line ${seq}`,
  ...over,
});

describe('pace', () => {
  it('takes the rate of the recent past, and begins anew when a count does', () => {
    let samples = sampled([], { atMs: 0, done: 0 });
    for (const [atMs, done] of [
      [10_000, 100],
      [40_000, 400],
      [50_000, 1400],
    ] as const)
      samples = sampled(samples, { atMs, done });
    expect(rate(samples, 0)).toBeCloseTo(100);
    expect(eta(1400, 2400, 100)).toBe(10_000);
    expect(sampled(samples, { atMs: 60_000, done: 3 })).toEqual([{ atMs: 60_000, done: 3 }]);
  });

  it('says nothing while it knows too little', () => {
    expect(rate([], 0)).toBeNull();
    expect(rate([{ atMs: 100, done: 50 }], 0)).toBeNull();
    expect(rate([{ atMs: 2000, done: 50 }], 0)).toBe(25);
    expect(eta(5, 0, 10)).toBeNull();
    expect(eta(5, 10, null)).toBeNull();
  });

  it('expects what earlier runs took, else what was estimated', () => {
    const one = step('a', { estimate_ms: 5000 });
    expect(expected(one, undefined)).toMatchObject({ ms: 5000, runs: 0 });
    const past = { step: 'a', runs: 4, least_ms: 1000, median_ms: 2000, most_ms: 9000 };
    expect(expected(one, past)).toEqual({ ms: 2000, leastMs: 1000, mostMs: 9000, runs: 4 });
    expect(expected(step('b'), undefined)).toBeNull();
  });

  it('reckons what is left along the longest way, less what a running step already ran', () => {
    const steps = [
      step('c', { after: ['b', 'a'], estimate_ms: 1000 }),
      step('a', { status: 'succeeded', estimate_ms: 9000 }),
      step('b', { status: 'running', estimate_ms: 5000 }),
      step('d', { after: ['a'], estimate_ms: 2000 }),
      step('e', { after: ['gone'] }),
    ];
    const found = left(
      steps,
      (one) => expected(one, undefined),
      (one) => (one.id === 'b' ? 3000 : 0),
    );
    expect(found).toEqual({ ms: 3000, leastMs: 3000, mostMs: 3000, unknown: 1 });
  });

  it('follows a chain of thousands of steps, in any order, and ends in a circle', () => {
    const chain = Array.from({ length: 5000 }, (_, index) =>
      step(`s${index}`, { after: index < 4999 ? [`s${index + 1}`] : [], estimate_ms: 10 }),
    );
    const of = (one: SessionStep) => expected(one, undefined);
    expect(left(chain, of, () => 0).ms).toBe(50_000);
    const circle = [step('a', { after: ['b'], estimate_ms: 1 }), step('b', { after: ['a'], estimate_ms: 1 })];
    expect(left(circle, of, () => 0).ms).toBeGreaterThan(0);
  });

  it('warns before the latest start of a rollback', () => {
    const hour = 3_600_000;
    expect(nearness(4 * hour, 0)).toBe('far');
    expect(nearness(4 * hour, 4 * hour - 10 * 60_000)).toBe('near');
    expect(nearness(60_000, 50_000)).toBe('near');
    expect(nearness(60_000, 40_000)).toBe('far');
    expect(nearness(60_000, 60_000)).toBe('passed');
  });
});

describe('clocks', () => {
  it('go on by their own and do not jump with the clock on the wall', () => {
    vi.useFakeTimers({ toFake: ['performance', 'Date', 'setInterval', 'clearInterval'] });
    const view = new SessionView();
    const running = step('a', { status: 'running', started_ms: 4000 });
    view.told(told({ head: head({ seq: 3, duration_ms: 10_000 }), steps: [running], age_ms: 500 }));
    expect(view.elapsedMs).toBe(10_500);
    expect(view.ranMs(running)).toBe(6500);
    vi.setSystemTime(Date.now() + 86_400_000);
    view.now = performance.now();
    expect(view.elapsedMs).toBe(10_500);
    vi.advanceTimersByTime(2000);
    view.now = performance.now();
    expect(view.elapsedMs).toBe(12_500);
    // The same time told again, by the answer to a request, is no news of when it was.
    view.told(told({ head: head({ seq: 4, duration_ms: 10_000 }), age_ms: 0 }));
    expect(view.elapsedMs).toBe(12_500);
    view.told(told({ head: head({ seq: 5, duration_ms: 13_000 }) }));
    expect(view.elapsedMs).toBe(13_000);
  });

  it('stand while nothing runs', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const view = new SessionView();
    view.told(told({ head: head({ state: 'finished', duration_ms: 10_000 }), age_ms: 99_000 }));
    vi.advanceTimersByTime(5000);
    view.now = performance.now();
    expect(view.elapsedMs).toBe(10_000);
  });

  it('tell rate and time to go from the progress of a step', () => {
    const view = new SessionView();
    const at = (duration_ms: number, done: number) =>
      view.told(
        told({
          head: head({ seq: duration_ms, duration_ms }),
          steps: [
            step('a', { status: 'running', started_ms: 0, progress: { done, total: 1000, unit: 'rows' } }),
          ],
        }),
      );
    at(1000, 100);
    at(3000, 500);
    expect(view.pace(view.steps[0]!)).toEqual({ perSecond: 200, etaMs: 2500 });
  });
});

describe('a flood of lines', () => {
  it('keeps the newest and counts what it let go, here and before', () => {
    const view = new SessionView();
    const many = Array.from({ length: LINES }, (_, index) => line(index + 1));
    view.told(told({ head: head({ seq: LINES }), log: many, dropped: 7 }));
    view.told(
      told({ head: head({ seq: LINES + 3 }), log: [line(LINES + 1), line(LINES + 2), line(LINES + 3)] }),
    );
    expect(view.log).toHaveLength(LINES);
    expect(view.log[0]!.seq).toBe(4);
    expect(view.dropped).toBe(10);
  });

  it('draws the same rows again only when steps change', () => {
    const view = new SessionView();
    const begun = head({ seq: 1 });
    view.told(told({ head: begun, steps: stepsUpTo('go', 'paused') }));
    const [rows, bands] = [view.rows, view.bands];
    view.told(told({ head: { ...begun, seq: 2, duration_ms: 99 }, log: [line(2)] }));
    expect(view.rows).toBe(rows);
    expect(view.bands).toBe(bands);
  });
});

describe('the log', () => {
  it('knows how high its lines are and which lies where', () => {
    const lines = [
      line(1, { text: 'x'.repeat(25) }),
      line(2, { text: '' }),
      line(3, { text: '漢字漢字漢字' }),
    ];
    expect(lines.map(cells)).toEqual([25, 0, 12]);
    const begin = tops(lines, 10);
    expect([...begin]).toEqual([0, 3, 4, 6]);
    expect([0, 2, 3, 4, 99].map((row) => lineAt(begin, row))).toEqual([0, 0, 1, 2, 2]);
    expect(lineAt(tops([], 10), 5)).toBe(0);
  });

  it('filters by level and by step', () => {
    const lines = [
      line(1),
      line(2, { tone: 'bad' }),
      line(3, { tone: 'look', step: 'b' }),
      line(4, { tone: 'good' }),
    ];
    const seqs = (level: 'all' | 'events' | 'look' | 'bad', of: string | null = null) =>
      filtered(lines, level, of).map(({ seq }) => seq);
    expect(seqs('all')).toEqual([1, 2, 3, 4]);
    expect(seqs('events')).toEqual([2, 3, 4]);
    expect(seqs('look')).toEqual([2, 3]);
    expect(seqs('bad', 'b')).toEqual([]);
    expect(seqs('all', 'b')).toEqual([3]);
  });

  it('finds a text and cuts it out, whatever the case', () => {
    expect(found([line(1), line(2, { text: 'an Error' })], 'ERROR')).toEqual([1]);
    expect(
      pieces('an Error, an error', 'error')
        .map(({ text, hit }) => (hit ? `[${text}]` : text))
        .join(''),
    ).toBe('an [Error], an [error]');
    expect(pieces('İstanbul i', 'i')).toEqual([{ text: 'İstanbul i', hit: false }]);
  });

  it('draws of 10,000 lines only those in sight, and says how many came before', async () => {
    const lines = Array.from({ length: LINES }, (_, index) => line(index + 1));
    const shown = mount(Log, {
      target: document.body,
      props: { lines, dropped: 1234, selected: 'a', onselect: () => {} },
    });
    flushSync();
    expect(document.querySelectorAll('.line').length).toBeLessThan(200);
    expect(document.querySelector('[data-testid=log-count]')?.textContent).toContain('1\u202f234 earlier');
    await unmount(shown);
  });
});

describe('consequences', () => {
  const on = step('on', { status: 'succeeded', ended_seq: 2, has_undo: false, kind: 'command' });
  const off = step('off', { finally_for: 'on', after: ['fill'] });
  const fill = step('fill', { status: 'succeeded', ended_seq: 9, has_undo: true });
  const drop = step('drop', { status: 'succeeded', ended_seq: 5, has_undo: false });
  const half = step('half', { status: 'failed', statements_done: 2, has_undo: true, after: ['fill'] });
  const last = step('last', { after: ['half'] });
  const steps = [on, off, fill, drop, half, last];

  it('knows what is owed, what may start, and what a step lets start', () => {
    expect(owed(steps).map(({ id }) => id)).toEqual(['off']);
    expect(ready(steps).map(({ id }) => id)).toEqual(['off']);
    expect(startedBy(steps, 'half').map(({ id }) => id)).toEqual(['last']);
  });

  it('takes back in the order of the ends, what failed halfway first, and names what stays', () => {
    const back = rollback(steps, null);
    expect(back.undo.map(({ id }) => id)).toEqual(['half', 'fill']);
    expect(back.without.map(({ id }) => id)).toEqual(['drop']);
    expect(back.again).toEqual([]);
    expect(back.closing.map(({ id }) => id)).toEqual(['off']);
  });

  it('begins once more what was closed already, and owes its end again', () => {
    const closed = steps.map((one) => (one.id === 'off' ? { ...one, status: 'succeeded' as const } : one));
    expect(rollback(closed, null).again.map(({ id }) => id)).toEqual(['on']);
  });

  it('does not name a command that may be repeated as left behind', () => {
    const known = { ...plan(), steps: [{ ...plan().steps[0]!, id: 'ping', idempotent: true }] };
    const ping = step('ping', { status: 'succeeded', kind: 'command', has_undo: false, ended_seq: 1 });
    expect(rollback([ping], known).without).toEqual([]);
    expect(rollback([ping], null).without.map(({ id }) => id)).toEqual(['ping']);
  });

  it('names few steps all and many by their first', () => {
    expect(named([{ title: 'a' }, { title: 'b' }])).toBe('“a” and “b”');
    expect(named(Array.from({ length: 6 }, (_, at) => ({ title: String(at) })))).toBe(
      '“0”, “1”, “2”, “3” and 2 more',
    );
  });
});

describe('notices', () => {
  it('tell of gates, failures and the end, and of nothing that was so before', () => {
    const running = head({ state: 'running' });
    expect(noticeOf(null, head({ state: 'failed' }))).toBeNull();
    expect(noticeOf(running, running)).toBeNull();
    expect(noticeOf(running, head({ state: 'waiting' }))?.body).toContain('approval');
    expect(noticeOf(running, head({ state: 'failed' }))?.title).toBe('Audit fields (staging)');
    expect(noticeOf(running, head({ state: 'finished', outcome: 'succeeded' }))?.body).toContain('succeeded');
    expect(noticeOf(running, head({ state: 'rolling_back' }))).toBeNull();
  });

  it('are not sent while the window is in front, nor once they are turned off', async () => {
    const sent: string[] = [];
    mockIPC((command) => {
      sent.push(command);
      return true;
    });
    const { Notices } = await import('../src/state/notices.svelte');
    let front = false;
    vi.spyOn(document, 'hasFocus').mockImplementation(() => front);
    const notices = new Notices();
    notices.turn(true);
    notices.hear(head({ state: 'running' }), head({ state: 'failed' }));
    expect(sent).toEqual(['notify']);
    front = true;
    notices.hear(head({ state: 'running' }), head({ state: 'failed' }));
    expect(sent).toEqual(['notify']);
    front = false;
    notices.turn(false);
    notices.hear(head({ state: 'running' }), head({ state: 'failed' }));
    expect(sent).toEqual(['notify']);
    expect(new Notices().on).toBe(false);
  });
});
