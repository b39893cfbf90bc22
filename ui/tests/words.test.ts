import { describe, expect, it } from 'vitest';
import {
  bytes,
  count,
  duration,
  longer,
  measured,
  many,
  offset,
  shortId,
  shortPath,
  stopwatch,
} from '../src/words/format';
import { apart } from '../src/words/paths';
import { sessionWord, statusWord } from '../src/words/words';

describe('words', () => {
  it('writes durations as plan files do, in two units and never longer than they were', () => {
    const check = (ms: number, expected: string) => expect(duration(ms)).toBe(expected);
    check(0, '0s');
    check(29, '29ms');
    check(999.4, '999ms');
    check(1000, '1s');
    check(3450, '3.4s');
    check(12_030, '12.0s');
    check(59_960, '59.9s');
    check(300_000, '5m');
    check(185_999, '3m5s');
    check(5_400_000, '1h30m');
    check(3_605_000, '1h');
    check(86_399_999, '23h59m');
    check(273_600_000, '3d4h');
    expect(duration(null)).toBe('–');
  });

  it('never writes that what was measured took no time', () => {
    expect([0, 0.3, 1, 1000, null].map(measured)).toEqual(['<1ms', '<1ms', '1ms', '1s', '–']);
  });

  it('writes how much longer or shorter something took, with its sign', () => {
    expect([1200, -62, 0, null].map(longer)).toEqual(['+1.2s', '−62ms', '0', '–']);
  });

  it('tells sessions of the same second apart by the end of their ids', () => {
    expect(shortId('20261121-121223-0a4f7c')).toBe('0a4f7c');
    expect(shortId('s')).toBe('s');
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

  it('takes a path apart so that its file stays whole', () => {
    expect(apart('/home/maria/journal.db', 18)).toEqual({ folder: '/home/maria', file: '/journal.db' });
    expect(apart('C:\\data\\journal.db', 18)).toEqual({ folder: 'C:\\data', file: '\\journal.db' });
    expect(apart('journal.db', 18)).toEqual({ folder: '', file: 'journal.db' });
    expect(apart(`/home/${'x'.repeat(200)}-end.db`, 18)).toEqual({ folder: '', file: 'xxxxxxxxxx…end.db' });
  });

  it('names the outcome once there is one, else the state', () => {
    expect(sessionWord('finished', 'rolled_back')).toEqual({ word: 'rolled back', tint: 'undone' });
    expect(sessionWord('failed', null).tint).toBe('bad');
    expect(statusWord('running', true)).toBe('undoing');
  });
});
