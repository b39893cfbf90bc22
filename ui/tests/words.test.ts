import { describe, expect, it } from 'vitest';
import { bytes, count, duration, many, offset, planned, shortPath, stopwatch } from '../src/words/format';
import { sessionWord, statusWord } from '../src/words/words';

describe('words', () => {
  it('writes durations exactly enough', () => {
    expect([0, 310, 12_400, 59_960, 185_000, 7_440_000, 273_600_000].map(duration)).toEqual([
      '0 ms',
      '310 ms',
      '12.4 s',
      '1m 00s',
      '3m 05s',
      '2h 04m',
      '3d 4h',
    ]);
    expect(duration(null)).toBe('–');
  });

  it('writes planned durations as the plan file does', () => {
    expect([250, 300_000, 5_400_000, 0].map(planned)).toEqual(['250ms', '5m', '1h 30m', '0']);
    expect(planned(null)).toBe('–');
  });

  it('writes counts, sizes and clocks', () => {
    expect(count(1_240_000)).toBe('1\u202f240\u202f000');
    expect(bytes(1536)).toBe('1.5 KiB');
    expect(many(1, 'step')).toBe('1 step');
    expect(many(2, 'step')).toBe('2 steps');
    expect(stopwatch(3_725_000)).toBe('01:02:05');
    const east = -new Date(0).getTimezoneOffset() / 60;
    expect(offset(0)).toBe(east === 0 ? 'UTC' : expect.stringMatching(east < 0 ? /^UTC−\d/ : /^UTC\+\d/));
  });

  it('keeps the file name of a long path', () => {
    const path = `/home/${'x'.repeat(200)}/audit.plan.toml`;
    expect(shortPath(path, 40)).toHaveLength(39);
    expect(shortPath(path, 40).endsWith('audit.plan.toml')).toBe(true);
  });

  it('names the outcome once there is one, else the state', () => {
    expect(sessionWord('finished', 'rolled_back')).toEqual({ word: 'rolled back', tint: 'undone' });
    expect(sessionWord('failed', null).tint).toBe('bad');
    expect(statusWord('running', true)).toBe('undoing');
  });
});
