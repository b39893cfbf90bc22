import { describe, expect, it } from 'vitest';
import type { Plan, Step, Window } from '../src/ipc/types';
import { bands, plannedRows, rollbackBy } from '../src/state/rows';
import {
  lengthWords,
  needsOf,
  plannable,
  plannedWords,
  startWords,
  unestimated,
  UNPLANNED,
} from '../src/state/planned';
import { hindrance } from '../src/views/plans/hindrance';
import { plan } from './mock/material';

const cycle = { code: 'cycle', message: 'a → b → a', hint: '', line: null, column: null };
const tight = { ...cycle, code: 'window-too-short' };
const broken = (): Plan => ({ ...plan(), problems: [cycle] });

/** A plan in which these steps have no estimate. */
function without(...ids: string[]): Plan {
  const whole = plan();
  const steps = whole.steps.map((step) => (ids.includes(step.id) ? { ...step, estimate_ms: null } : step));
  return { ...whole, steps };
}
const of = (from: Plan, id: string): Step => from.steps.find((step) => step.id === id)!;
const window = (more: Partial<Window>): Window => ({ ...plan().windows[0]!, ...more });

describe('what is said of the time of a plan', () => {
  it('is that it cannot be planned while it has problems, but for one that is about its times', () => {
    expect(plannable(broken())).toBe(false);
    expect(plannedWords(broken())).toBe(UNPLANNED);
    expect(startWords(broken(), of(broken(), 'backup'))).toBeNull();
    expect(plannable({ problems: [tight] })).toBe(true);
    expect(plannable({ problems: [tight, cycle] })).toBe(false);
  });

  it('reaches no drawing of a plan that cannot be planned', () => {
    const [rows, sound] = [plannedRows(broken()), plannedRows(plan())];
    expect(sound.some((row) => row.critical && row.startMs !== null)).toBe(true);
    for (const row of rows)
      expect([row.startMs, row.finishMs, row.slackMs, row.critical]).toEqual([null, null, null, false]);
    expect(rows[0]!.plannedMs).toBe(sound[0]!.plannedMs);
    const windows = [window({ opens_ms: 0, fits: true, start_rollback_by_ms: 5 })];
    const told = (from: Plan) => bands(from).map(({ fits, rollbackByMs }) => [fits, rollbackByMs]);
    expect(told({ ...plan(), windows })).toEqual([[true, 5]]);
    expect(told({ ...broken(), windows })).toEqual([[null, null]]);
    expect(rollbackBy({ ...plan(), windows })).toBe(5);
    expect(rollbackBy({ ...broken(), windows })).toBeNull();
  });

  it('is no more than its estimates tell', () => {
    const whole = plan();
    expect(plannedWords({ ...whole, steps: [] })).toBe('nothing planned yet');
    expect(plannedWords({ ...whole, duration_ms: 5_400_000 })).toBe('1h30m planned');
    expect(plannedWords({ ...without('index'), duration_ms: 5_400_000 })).toBe(
      'at least 1h30m planned, 1 step has no estimate',
    );
    const none = without(...whole.steps.map(({ id }) => id));
    expect(plannedWords({ ...none, duration_ms: 0 })).toBe('12 steps have no estimate');
    expect(unestimated([{ ...of(none, 'go'), kind: 'wait' }])).toBe(0);
    expect(lengthWords(60_000, whole.steps)).toBe('1m');
    expect(lengthWords(60_000, none.steps)).toBe('at least 1m');
    expect(lengthWords(0, none.steps)).toBeNull();
  });

  it('gives a step without estimates before it no start made of them', () => {
    const whole = plan();
    const start = (from: Plan, more: Partial<Step>) => startWords(from, { ...of(from, 'backup'), ...more });
    expect(start(whole, { start_ms: 120_000 })).toBe('+2m');
    expect(start(whole, { start_ms: 0, after: [] })).toBe('the beginning');
    const vague = without('preflight');
    expect(start(vague, { start_ms: 120_000 })).toBe('+2m or later');
    expect(start(vague, { start_ms: 1000 })).toBeNull();
    expect(start(vague, { start_ms: 0, after: ['preflight'] })).toBeNull();
    expect(start(vague, { start_ms: 0, after: [] })).toBe('the beginning');
  });

  it('tells of a window what its steps need, or the whole plan where it names none', () => {
    const whole = plan();
    expect(needsOf(whole, window({ steps: ['index'], needed_ms: 540_000, fits: true }))).toEqual({
      words: '9m',
      tight: false,
    });
    const vague = without('preflight');
    expect(needsOf(vague, window({ steps: [], needed_ms: 540_000, fits: false }))).toEqual({
      words: 'at least 9m',
      tight: true,
    });
    expect(needsOf(vague, window({ steps: ['index'], needed_ms: 540_000, fits: true }))?.words).toBe('9m');
    expect(needsOf(broken(), window({ steps: ['index'] }))?.words).toBe(UNPLANNED);
  });

  it('lasts as long as it waits, where a step waits', () => {
    const whole = plan();
    const waits = { ...of(whole, 'go'), kind: 'wait', estimate_ms: null, start_ms: 10, finish_ms: 70 };
    expect(plannedRows({ ...whole, steps: [waits] })[0]!.plannedMs).toBe(60);
  });
});

describe('running a plan', () => {
  it('is refused while its file is gone, while it has problems and while it has no steps', () => {
    expect(hindrance(plan(), false)).toBeNull();
    expect(hindrance(plan(), true)).toContain('file');
    expect(hindrance(broken(), false)).toContain('problems');
    expect(hindrance({ ...plan(), steps: [] }, false)).toContain('no steps');
  });
});
