import { describe, expect, it } from 'vitest';
import { alike, cut, listed, named, plain, quoted } from '../src/words/names';

describe('names', () => {
  const [fill, again, open] = [
    { id: 'fill', title: 'Fill' },
    { id: 'fill-2', title: 'Fill' },
    { id: 'open', title: 'Open' },
  ];
  const twice = alike([fill, again, open]);

  it('are titles, with the id only where it tells two apart', () => {
    expect(quoted(open, twice)).toBe('“Open”');
    expect(quoted(again, twice)).toBe('“Fill” (fill-2)');
    expect(plain(open, twice)).toBe('Open');
    expect(plain(again, twice)).toBe('Fill (fill-2)');
  });

  it('of few are all told, and of many the first', () => {
    expect(named([])).toBe('');
    expect(named([fill, open])).toBe('“Fill” and “Open”');
    expect(named([fill, open], 4, twice)).toBe('“Fill” (fill) and “Open”');
    const many = Array.from({ length: 6 }, (_, at) => ({ id: `s${at}`, title: String(at) }));
    expect(named(many)).toBe('“0”, “1”, “2”, “3” and 2 more');
    const all = Array.from({ length: 4999 }, (_, at) => ({ id: `s${at}`, title: String(at) }));
    expect(named(all)).toContain('“3” and 4\u202f995 more');
  });

  it('stand apart from the sentence they are in, and are cut where a line cannot hold them', () => {
    expect(listed([again, open], 4, twice)).toEqual([
      '“',
      { name: 'Fill' },
      '” (',
      { name: 'fill-2' },
      ')',
      ' and “',
      { name: 'Open' },
      '”',
    ]);
    expect(cut('Fill')).toBe('Fill');
    expect(cut('😀'.repeat(40))).toBe('😀'.repeat(40));
    expect(cut('😀'.repeat(41))).toBe(`${'😀'.repeat(39)}…`);
  });
});
