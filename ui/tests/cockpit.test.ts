import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { SessionHead, SessionStep, Watched } from '../src/ipc/types';
import { cells, filtered, found, lineAt, pieces, tops, type Line } from '../src/parts/log/lines';
import Log from '../src/parts/Log.svelte';
import StepList from '../src/parts/StepList.svelte';
import { eta, expected, left, nearness, rate, sampled } from '../src/state/pace';
import { sessionRows } from '../src/state/rows';
import { lacksUndo, whyNoRollback, whyNothing } from '../src/state/undo';
import { warnings } from '../src/state/warnings';
import { noticeOf } from '../src/state/notices.svelte';
import { LINES, SessionView } from '../src/state/session.svelte';
import { asks } from '../src/views/asks';
import Record from '../src/views/session/Record.svelte';
import {
  approvers,
  leaving,
  lingering,
  owed,
  ready,
  remedied,
  resumed,
  rollback,
  startedBy,
} from '../src/views/session/consequences';
import { endedWords, leftBy, notTakenBack, stayed } from '../src/views/session/ending';
import { named } from '../src/words/names';
import { Zone } from '../src/words/zone';
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

describe('the names of steps', () => {
  it('stand in the log where their ids are recorded', async () => {
    const shown = mount(Log, {
      target: document.body,
      props: {
        lines: [line(1, { step: 'fill' })],
        name: (id: string) => (id === 'fill' ? 'Fill the table' : id),
        onselect: () => {},
      },
    });
    flushSync();
    const button = document.querySelector('.line button.step');
    expect(button?.textContent).toBe('Fill the table');
    expect(button?.getAttribute('title')).toContain('fill');
    await unmount(shown);
  });

  it('stand in questions, and tell two of one title apart', () => {
    const view = new SessionView();
    const steps = [
      step('fill', { title: 'Fill', status: 'failed' }),
      step('fill-2', { title: 'Fill', after: ['fill'] }),
      step('open', { title: 'Open', after: ['fill'] }),
    ];
    view.told(told({ steps }));
    expect(asks.retry(view, steps[0]!).title).toBe('Run “Fill” (fill) again?');
    expect(asks.retry(view, steps[0]!).text.join(' ')).toContain('“Fill” (fill-2) and “Open” start at once.');
    expect(asks.approve(view, { ...steps[2]!, waits_for: 'Is it closed?' }, '')).toMatchObject({
      title: 'Approve “Open”?',
      text: ['Is it closed?'],
    });
    expect(asks.sign('told', 'Tell \u202eall', '', 'ana').title).not.toContain('\u202e');
  });
});

describe('the proof of a session', () => {
  it('says who settled an unknown outcome, as what, and how they know', async () => {
    const settlements = [
      { applied: true, by: 'ana', at_ms: 0, note: 'The column <b>is</b> there.', back: false },
      { applied: false, by: 'jo', at_ms: 1, note: '', back: true },
    ];
    const shown = mount(Record, {
      target: document.body,
      props: {
        head: head(),
        steps: [step('fill', { title: 'Fill', settlements })],
        plan: null,
        onselect: () => {},
      },
    });
    flushSync();
    const rows = [...document.querySelectorAll('[data-testid=record-settled] tbody tr')].map((row) =>
      [...row.querySelectorAll('td')].slice(1).map((cell) => cell.textContent?.trim()),
    );
    expect(rows).toEqual([
      ['ana', 'Fill', 'applied', 'The column <b>is</b> there.'],
      ['jo', 'Fill (its undo)', 'not applied', 'not said'],
    ]);
    await unmount(shown);
  });

  it('sends with an answer how the person knows', () => {
    const ask = asks.settle(new SessionView(), step('fill'), false);
    expect(ask.request({ who: '', note: 'No such column.', evidence: '' })).toEqual({
      kind: 'settle',
      step: 'fill',
      applied: false,
      note: 'No such column.',
    });
  });
});

describe('a step that was taken back', () => {
  it('took what its own run took, with the time of its undo beside it', async () => {
    const back = step('fill', {
      status: 'undone',
      back: true,
      started_at_ms: 9000,
      finished_at_ms: 9008,
      elapsed_ms: 11,
      undo_elapsed_ms: 8,
      other_run: { status: 'succeeded', started_at_ms: 1000, finished_at_ms: 1011, elapsed_ms: 11 },
    });
    const rows = sessionRows({ started_at_ms: 0 }, [back], null);
    const shown = mount(StepList, {
      target: document.body,
      props: { rows, selected: null, onselect: () => {}, live: true },
    });
    flushSync();
    const took = document.querySelector('[data-testid=step-fill] .took')?.textContent;
    expect(took?.replace(/\s+/g, ' ').trim()).toBe('11ms undo 8ms');
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
    expect(back.closed.map(({ step, by }) => [step.id, by.id])).toEqual([['on', 'off']]);
  });

  it('begins once more what was closed already, and owes its end again', () => {
    const closed = steps.map((one) => (one.id === 'off' ? { ...one, status: 'succeeded' as const } : one));
    expect(rollback(closed, null).again.map(({ id }) => id)).toEqual(['on']);
  });

  it('does not name a command that may be repeated as left behind', () => {
    const known = { ...plan(), steps: [{ ...plan().steps[0]!, id: 'ping', idempotent: true }] };
    const ping = step('ping', { status: 'succeeded', kind: 'command', has_undo: false, ended_seq: 1 });
    expect(rollback([ping], known).without).toEqual([]);
    expect(rollback([ping], known).harmless.map(({ id }) => id)).toEqual(['ping']);
    expect(rollback([ping], null).without.map(({ id }) => id)).toEqual(['ping']);
  });

  it('accounts for every step that began', () => {
    const began = { started_at_ms: 1, has_undo: false };
    const all = [
      ...steps,
      step('ask', { status: 'succeeded', kind: 'gate', has_undo: false }),
      step('hand', { status: 'succeeded', kind: 'manual', has_undo: false }),
      step('tool', { ...began, status: 'interrupted', kind: 'command' }),
      step('lock', { ...began, status: 'failed', statements_done: 1 }),
      step('unlock', { finally_for: 'lock' }),
    ];
    const back = rollback(all, null);
    const named = [
      ...[back.undo, back.without, back.harmless, back.hand, back.partly, back.idle].flat(),
      ...back.closed.map((pair) => pair.step),
    ].map(({ id }) => id);
    expect(named.toSorted()).toEqual(['ask', 'drop', 'fill', 'half', 'hand', 'lock', 'on', 'tool']);
    expect(back.partly.map(({ id }) => id)).toEqual(['tool', 'lock']);
  });

  it('offers no rollback that would take nothing back, and says why', () => {
    const why = (over: Partial<SessionHead>, of: SessionStep[]) => whyNoRollback(head(over), of, null);
    expect(why({}, steps)).toBeNull();
    expect(why({}, [on, off, drop])).toMatch(/abort the session instead/);
    expect(why({ state: 'finished' }, [on, off, drop])).toBe('No step that ran has an undo.');
    expect(why({}, [last])).toMatch(/^Nothing ran/);
    expect(why({}, [fill, step('x', { status: 'unknown' })])).toMatch(/^Settle/);
    expect(why({ rolling_back: true, state: 'finished' }, steps)).toMatch(/already/);
    // What was in flight when the runner went may have been done.
    const lost = step('lost', { status: 'interrupted', has_undo: true, started_at_ms: 1 });
    expect(why({ state: 'interrupted' }, [lost])).toBeNull();
    expect(why({ state: 'failed' }, [lost])).not.toBeNull();
  });

  it('says why nothing that ran can be undone, and then offers no rollback as a remedy', () => {
    expect(whyNothing(head(), steps, null)).toBeNull();
    expect(whyNothing(head(), [], null)).toBe('no step that changes anything succeeded');
    expect(whyNothing(head(), [on, off, drop], null)).toBe(
      '1 step has no undo, 1 is taken back by its closing step',
    );
    const problem = { code: 'check-failed', hint: 'Retry, skip or roll back.' };
    expect(remedied(problem, true)).toBe(problem.hint);
    expect(remedied(problem, false)).not.toMatch(/roll/);
    expect(remedied({ ...problem, code: 'sql' }, false)).toBe(problem.hint);
  });

  it('says what becomes of a closing step that is not run now', () => {
    const at = { abort_requested: false, rolling_back: false };
    expect(leaving(at, 1, 1)).toBe('Otherwise it runs in its turn if the session goes on.');
    expect(leaving(at, 1, 2)).toContain('they run in their turn');
    expect(leaving({ ...at, abort_requested: true }, 1, 1)).toContain('does not run');
    expect(leaving({ ...at, rolling_back: true }, 0, 1)).toContain('does not run');
    expect(leaving({ ...at, rolling_back: true }, 1, 1)).toContain('after a retry');
  });

  it('names a step where the runner says its id, and leaves alone what is quoted', () => {
    const view = new SessionView();
    const message = 'The program of step copy ended with exit 1. Its last line: step copy';
    const problem = { code: 'exit', message, hint: '' } as SessionStep['problem'];
    const copy = step('copy', { title: 'Copy it', status: 'failed', problem });
    const text = 'failed: The program of step copy ended';
    const log = [line(1, { step: 'copy', tone: 'bad', text }), line(2, { step: 'copy', text })];
    view.told(told({ head: head({ state: 'failed' }), steps: [copy], log: log as Watched['log'] }));
    expect(view.steps[0]?.problem?.message).toBe(
      'The program of “Copy it” ended with exit 1. Its last line: step copy',
    );
    expect(view.log.map((one) => one.text)).toEqual(['failed: The program of “Copy it” ended', text]);
  });

  it('says in the questions what will be, and no more than that', () => {
    const view = new SessionView();
    view.told(told({ head: head({ state: 'failed' }), steps: [on, off, drop, half, last] }));
    expect(asks.rollback(view).text.join(' ')).toContain('“on”: its closing step “off” takes it back');
    expect(asks.abort(view).text.join(' ')).toContain('roll back instead');
    expect(asks.abort(view).keep).toBe('Keep the session');
    const bare = new SessionView();
    bare.told(told({ head: head({ state: 'failed' }), steps: [on, off, drop] }));
    expect(asks.abort(bare).text.join(' ')).not.toContain('roll back');
    expect(asks.abort(bare).text.join(' ')).toContain('First you are asked');
    const declined = new SessionView();
    const endings = [{ kind: 'leave' as const, by: 'root', at_ms: 0 }];
    const at = head({ state: 'failed', finally_offered: [], endings });
    declined.told(told({ head: at, steps: [on, off, drop] }));
    expect(asks.abort(declined).text.join(' ')).toContain('run by nothing any more: “off”');
    expect(asks.noGo(bare, drop).request({ who: '', note: '', evidence: '' })).toEqual({ kind: 'abort' });
    const check = step('look', { kind: 'check', status: 'failed', has_undo: false });
    expect(asks.retry(bare, check).text.join(' ')).not.toContain('transaction');
    expect(asks.skip(bare, check).text[0]).toContain('recorded as skipped');
  });

  it('names the signatures a step waits for instead of saying that it starts', () => {
    const view = new SessionView();
    view.plan = plan();
    const before = step('backup', { kind: 'backup', status: 'failed', has_undo: false });
    view.told(told({ head: head({ signatures: [] }), steps: [before, step('go', { after: ['backup'] })] }));
    expect(asks.skip(view, before).text.join(' ')).toContain('“go” waits for 3 signatures.');
  });

  it('tells of a step that is taken up what its kind allows', () => {
    const tool = { ...plan(), steps: [{ ...plan().steps[0]!, id: 'tool', idempotent: true }] };
    const ran = step('tool', { kind: 'command', status: 'interrupted' });
    expect(resumed(ran, tool, true)).toBe('its program is run again from its start');
    const once = { ...tool, steps: [{ ...tool.steps[0]!, idempotent: false }] };
    expect(resumed(ran, once, true)).toContain('you are asked');
    expect(resumed(step('sql', { statements_done: 2 }), null, true)).toContain('behind the 2 statements');
    const sqlite = head({ bindings: [{ ...head().bindings[0]!, engine: 'sqlite' }] });
    expect(lingering([step('a')], head(), null)).toContain('on the server');
    expect(lingering([step('a')], sqlite, null)).toBeNull();
    expect(lingering([ran], sqlite, tool)).toContain('last program');
  });

  it('names who may approve, and one of several where one is enough', () => {
    const needs = (text: string, approvals_needed: number) => {
      const of = plan();
      const gate = of.steps.find(({ id }) => id === 'go')!;
      gate.does = [{ ...of.steps[4]!.does[0]!, label: 'Needs', text, code: false }];
      return approvers(step('go', { kind: 'gate', approvals_needed }), of);
    };
    expect(needs('1 of: ana, jo', 1)).toBe('ana or jo');
    expect(needs('2 of: ana, jo', 2)).toBe('ana and jo');
    expect(needs('anyone but the one who runs it', 1)).toBe('anyone but the one who runs it');
  });

  it('calls a step without undo what a rollback would leave behind, and nothing else', () => {
    expect(lacksUndo('sql', false, false)).toBe(true);
    expect(lacksUndo('sql', true, false)).toBe(false);
    expect(lacksUndo('check', false, false)).toBe(false);
    expect(lacksUndo('manual', false, false)).toBe(false);
    expect(lacksUndo('command', false, false)).toBe(true);
    expect(lacksUndo('command', false, true)).toBe(false);
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

describe('the end of a session', () => {
  const zone = new Zone([{ fromMs: 0, offsetMs: 3_600_000, name: 'CET' }], 'Europe/Berlin');
  const ended = (kind: 'abort' | 'rollback') => [{ kind, by: 'root', at_ms: 0 }];

  it('names who ended it and when, on the clocks of the plan', () => {
    const over = (more: Partial<SessionHead>) => head({ state: 'finished', ...more });
    expect(endedWords(over({ outcome: 'aborted', endings: ended('abort') }), [], zone)).toBe(
      'Aborted by root, 1970-01-01 01:00:00 CET.',
    );
    expect(endedWords(over({ outcome: 'rolled_back', endings: ended('rollback') }), [], zone)).toContain(
      'Rolled back by root',
    );
    expect(endedWords(over({ outcome: 'failed' }), [], zone)).toBe('Ended with a failure.');
  });

  it('does not claim that a step succeeded that a person only says was applied', () => {
    const over = head({ state: 'finished', outcome: 'succeeded' });
    expect(endedWords(over, [step('a', { status: 'succeeded', told_by: 'root' })], zone)).toBe(
      'Done: every step succeeded, 1 counts as done by root’s word.',
    );
    expect(endedWords(over, [step('a', { status: 'succeeded' })], zone)).toBe('Done: every step succeeded.');
    expect(endedWords(over, [step('a', { status: 'skipped' })], zone)).toContain('skipped with a reason');
  });

  it('says of every step whose effect stayed why it did', () => {
    const steps = [
      step('on', { status: 'succeeded', kind: 'command', has_undo: false }),
      step('off', { finally_for: 'on' }),
      step('fill', { status: 'succeeded', has_undo: true }),
      step('drop', { status: 'succeeded', has_undo: false }),
    ];
    const why = (rolling_back: boolean) =>
      stayed(head({ rolling_back }), steps, null, new Set()).map(({ step: of, why }) => [of.id, why]);
    const stays = stayed(head({ rolling_back: true }), steps, null, new Set());
    expect(notTakenBack(stays, named)).toBe(
      'Not taken back: “on” (not closed); “fill” (undo did not run); “drop” (no undo).',
    );
    expect(notTakenBack([], named)).toBeNull();
    const left = leftBy(head({ state: 'finished', rolling_back: true }), steps, null);
    expect(left.get('off')).toContain('still owed');
    expect(left.get('drop')).toBe('not taken back: it has no undo');
    expect(leftBy(head({ state: 'finished', rolling_back: false }), steps, null).size).toBe(0);
    expect(why(false)).toEqual([
      ['on', 'its closing step “off” has not run'],
      ['fill', 'the session was not rolled back'],
      ['drop', 'it has no undo'],
    ]);
    expect(why(true)[1]).toEqual(['fill', 'its undo did not run']);
  });

  it('leaves a report behind that the session has outrun', async () => {
    mockIPC(() => ({ file: '/r.html', bytes: 1, sha256: 'a' }));
    const view = new SessionView();
    view.id = 's';
    view.told(told({ head: head({ seq: 5 }) }));
    await view.exportTo('/r.html', 'replace');
    expect(view.outdated).toBeNull();
    view.told(told({ head: head({ seq: 6 }) }));
    expect(view.outdated).toBe('written before the session went on');
    view.told(told({ head: head({ seq: 7, rolling_back: true }) }));
    expect(view.outdated).toBe('written before the rollback');
  });
});

describe('what a person is told before a plan starts', () => {
  it('is how now stands to its time, and what cannot be taken back', () => {
    const start = 1_800_000_000_000;
    const say = (at: number) => warnings({ ...plan(), start_at_ms: start }, at).map(({ text }) => text);
    expect(say(start - 3_600_000)[0]).toMatch(/^Start runs it now, 1h before the planned start, /);
    expect(say(start + 2 * 3_600_000)[0]).toMatch(/^Start runs it now, 2h after the planned start, /);
    expect(say(start - 3_600_000)[1]).toContain('is not open');
    expect(say(start + 60 * 60_000).join(' ')).not.toContain('is not open');
    const undated = warnings(plan(), start).map(({ text }) => text);
    expect(undated).toContain('There is no way back after “Index the audit columns”.');
    expect(undated).toContain('“Go or no-go” waits for 3 signatures of the checklist “Ready”.');
    expect(undated.join(' ')).not.toContain('No undo');
    const bare = plan();
    bare.steps[5] = { ...bare.steps[5]!, undo: [] };
    expect(warnings(bare, start).map(({ text }) => text)).toContain(
      'No undo: “Fill users”. A rollback leaves what it did.',
    );
  });

  it('holds every name as a piece of its own, and tells many lists that wait in one sentence', () => {
    const title = 'A name as long as names get. '.repeat(7).trim();
    const long = plan();
    long.steps = long.steps.map((one) => (one.point_of_no_return ? { ...one, title } : one));
    const back = warnings(long, 0).find(({ words }) => words[0] === 'There is no way back after ');
    expect(back?.words).toContainEqual({ name: title });
    expect(back?.text).toBe(`There is no way back after “${title}”.`);
    const [list] = plan().checklists.filter(({ items }) => items.some(({ signatures }) => signatures > 0));
    const lists = plan().steps.map(({ id }) => ({ ...list!, before: id }));
    const waits = warnings({ ...plan(), checklists: lists }, 0).filter(({ text }) => text.includes(' wait'));
    expect(waits).toHaveLength(1);
    expect(waits[0]!.text).toContain(`and ${lists.length - 4} more wait for signatures of checklists.`);
  });
});
