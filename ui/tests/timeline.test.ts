import { describe, expect, it } from 'vitest';
import type { Row } from '../src/parts/shapes';
import { Drag } from '../src/parts/timeline/drag.svelte';
import { Followers } from '../src/parts/timeline/follow';
import { linesOf, placesOf, edgesOf } from '../src/parts/timeline/lines';
import { forecast, since } from '../src/parts/timeline/forecast';
import { joined, nameWidth, placed, returnOf } from '../src/parts/timeline/moments';
import { Saying } from '../src/parts/timeline/saying';
import { at, fit, keep, pan, reach, x, zoom } from '../src/parts/timeline/scale';
import { grid, next, snap } from '../src/parts/timeline/snap';
import { axis } from '../src/parts/timeline/ticks';
import { DAY, Zone, type ZoneOffset } from '../src/words/zone';
import { plannedRows } from '../src/state/rows';
import { bigPlan, plan } from './mock/material';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const utc = (text: string) => Date.parse(text);
const offsets: ZoneOffset[] = [
  { fromMs: utc('2026-01-01T00:00:00Z'), offsetMs: HOUR, name: 'CET' },
  { fromMs: utc('2026-03-29T01:00:00Z'), offsetMs: 2 * HOUR, name: 'CEST' },
  { fromMs: utc('2026-10-25T01:00:00Z'), offsetMs: HOUR, name: 'CET' },
];
const berlin = new Zone(offsets, 'Europe/Berlin');
const plain = new Zone([{ fromMs: 0, offsetMs: 0, name: 'UTC' }], 'UTC');

describe('the names of moments', () => {
  const at = (x: number, text: string) => ({ x, text });

  it('lie over no other name and on no line of another, wherever both moments are', () => {
    const width = 900;
    for (let early = 0; early <= width; early += 25) {
      for (let late = early; late <= width; late += 25) {
        const both = placed(
          [at(late, 'point of no return 23:20'), at(early, 'start rollback by 23:10')],
          width,
        );
        expect(both.map((name) => name.row).toSorted()).toEqual([0, 1]);
        const [upper, lower] = both.toSorted((a, b) => a.row - b.row) as [(typeof both)[0], (typeof both)[0]];
        const from = lower.side === 'left' ? lower.x - nameWidth(lower.text) : lower.x;
        const crossed = upper.x > from && upper.x < from + nameWidth(lower.text);
        const space = early >= nameWidth('start rollback by 23:10') || late + nameWidth(lower.text) <= width;
        if (space) expect(crossed, `${early} and ${late}`).toBe(false);
      }
    }
  });

  it('are one where both are at the same time and neither is only expected', () => {
    const both = (change: object) =>
      joined([
        { kind: 'rollback', at: HOUR },
        { kind: 'return', at: HOUR, ...change },
      ]);
    const [one, ...more] = both({});
    expect(more).toEqual([]);
    expect(new Saying(plain, 0).moment(one!)).toBe('no return, roll back by 01:00');
    expect(both({ at: HOUR + MINUTE }).length).toBe(2);
    expect(both({ sure: 'about' }).length).toBe(2);
    expect(joined([{ kind: 'rollback', at: HOUR }]).length).toBe(1);
  });

  it('stand to the left of their line where the axis ends', () => {
    expect(placed([at(880, 'point of no return 23:20')], 900)[0]!.side).toBe('left');
    expect(placed([at(20, 'point of no return 23:20')], 900)[0]!.side).toBe('right');
    expect(placed([], 900)).toEqual([]);
  });
});

describe('the clocks of a zone', () => {
  it('skip an hour in spring and go twice over one in autumn', () => {
    expect(berlin.instants(utc('2026-03-29T02:30:00Z'))).toEqual([]);
    expect(berlin.first(utc('2026-03-29T02:30:00Z'))).toBe(utc('2026-03-29T01:30:00Z'));
    expect(berlin.instants(utc('2026-10-25T02:30:00Z'))).toEqual([
      utc('2026-10-25T00:30:00Z'),
      utc('2026-10-25T01:30:00Z'),
    ]);
    expect(berlin.instants(utc('2026-12-05T01:00:00Z'))).toEqual([utc('2026-12-05T00:00:00Z')]);
  });

  it('write a time as the plan file has it, with its offset where it comes twice', () => {
    expect(berlin.write(utc('2026-12-05T00:00:00Z'))).toBe('2026-12-05T01:00:00');
    expect(berlin.write(utc('2026-12-05T00:00:00.250Z'))).toBe('2026-12-05T01:00:00.250');
    expect(berlin.write(utc('2026-10-25T00:30:00Z'))).toBe('2026-10-25T02:30:00+02:00');
    expect(berlin.write(utc('2026-10-25T01:30:00Z'))).toBe('2026-10-25T02:30:00+01:00');
  });

  it('say which of two equal times is meant', () => {
    expect(berlin.time(utc('2026-10-25T00:30:00Z'))).toBe('02:30 CEST');
    expect(berlin.time(utc('2026-10-25T01:30:00Z'))).toBe('02:30 CET');
    expect(berlin.say(utc('2026-12-05T00:00:30Z'))).toBe('Sat 5 Dec 01:00:30');
    expect(berlin.moment(utc('2026-12-05T00:00:30Z'))).toBe('2026-12-05 01:00:30');
  });
});

describe('the time axis', () => {
  const start = utc('2026-10-24T23:00:00Z');

  it('marks an hour that comes twice twice, and one that is skipped not at all', () => {
    const autumn = axis(0, 4 * HOUR, HOUR, start, berlin);
    expect(autumn.marks.map((mark) => [mark.at / HOUR, mark.text])).toEqual([
      [0, '01:00'],
      [1, '02:00'],
      [2, '02:00'],
      [3, '03:00'],
      [4, '04:00'],
    ]);
    const spring = axis(0, 3 * HOUR, HOUR, utc('2026-03-29T00:00:00Z'), berlin);
    expect(spring.marks.map((mark) => mark.text)).toEqual(['01:00', '03:00', '04:00', '05:00']);
  });

  it('begins days at midnight on both sides of a change', () => {
    const days = axis(0, 3 * DAY, DAY, utc('2026-10-24T10:00:00Z'), berlin);
    expect(days.marks.map((mark) => [mark.at / HOUR, mark.text])).toEqual([
      [12, 'Sun 25'],
      [37, 'Mon 26'],
      [61, 'Tue 27'],
    ]);
    expect(days.eras.map((era) => era.text)).toEqual(['Oct 2026']);
  });

  it('goes from months to tenths of a second, never closer than asked for', () => {
    for (const least of [100, 900, 15_000, 61_000, 7 * MINUTE, 50 * MINUTE, 5 * HOUR, 30 * HOUR, 5 * DAY]) {
      const from = 100 * least;
      const { marks } = axis(from, from + 20 * least, least, start, berlin);
      expect(marks.length, String(least)).toBeGreaterThan(2);
      for (const [index, mark] of marks.entries()) {
        const before = marks[index - 1];
        // Where the clocks go back there is an hour more, where they go forward one less.
        if (before) expect(mark.at - before.at, String(least)).toBeGreaterThanOrEqual(least - HOUR);
        expect(mark.at).toBeGreaterThanOrEqual(from);
        expect(mark.at).toBeLessThanOrEqual(from + 20 * least);
      }
    }
  });

  it('counts from a start that is not known', () => {
    const { marks } = axis(-MINUTE, 2 * HOUR, 30 * MINUTE, null, plain);
    expect(marks.map((mark) => mark.text)).toEqual(['0', '+30m', '+1h', '+1h30m', '+2h']);
  });

  it('never sets marks without end', () => {
    expect(axis(0, 1e15, 1e13, 0, plain).marks.length).toBeLessThan(200);
    expect(axis(0, 1e15, 1e13, null, plain).marks.length).toBeLessThan(200);
    expect(axis(0, 0, 78, null, plain).marks).toEqual([]);
    expect(axis(0, 100, 0, null, plain).marks).toEqual([]);
  });
});

describe('the scale', () => {
  const span = { from: 0, to: 10 * HOUR };

  it('shows all of a plan with a margin', () => {
    const view = fit(span, 1000, 24);
    expect(x(view, 0)).toBeCloseTo(24);
    expect(x(view, 10 * HOUR)).toBeCloseTo(976);
    expect(at(view, 24)).toBeCloseTo(0);
  });

  it('leaves what lies under the pointer there while it zooms', () => {
    let view = fit(span, 1000, 24);
    const under = at(view, 300);
    for (let turn = 0; turn < 30; turn++) view = zoom(view, 1.25, 300, span, 1000);
    expect(x(view, under)).toBeCloseTo(300, 3);
    expect(view.perPx * 1000, 'a second can be seen').toBeLessThan(60_000);
    for (let turn = 0; turn < 100; turn++) view = zoom(view, 0.8, 300, span, 1000);
    expect(view.perPx * 1000, 'weeks can be seen').toBeGreaterThan(14 * DAY);
  });

  it('loses the plan by no panning', () => {
    const view = zoom(fit(span, 1000, 24), 8, 500, span, 1000);
    for (const px of [-1e9, 1e9]) {
      const moved = pan(view, px, span, 1000);
      expect(at(moved, 0)).toBeLessThan(span.to);
      expect(at(moved, 1000)).toBeGreaterThan(span.from);
      expect(keep(moved, span, 1000)).toEqual(moved);
      const all = reach(moved, span, 1000);
      expect(moved.from).toBeGreaterThanOrEqual(all.from);
      expect(moved.from + 1000 * moved.perPx).toBeLessThanOrEqual(all.to + 1);
    }
  });

  it('holds a plan without length', () => {
    const view = fit({ from: 0, to: 0 }, 1000, 24);
    expect(view.perPx).toBeGreaterThan(0);
    expect(Number.isFinite(view.from)).toBe(true);
  });
});

describe('the grid', () => {
  const start = utc('2026-10-24T22:07:00Z');

  it('is as fine as can be aimed at', () => {
    expect(grid(100)).toBe(1000);
    expect(grid(10_000)).toBe(MINUTE);
    expect(grid(DAY)).toBe(7 * DAY);
  });

  it('is round on the clocks, not from the start', () => {
    expect(snap(10 * MINUTE, 15 * MINUTE, start, berlin)).toBe(8 * MINUTE);
    expect(berlin.time(start + 8 * MINUTE)).toBe('00:15');
    expect(snap(10 * MINUTE, 15 * MINUTE, null, berlin)).toBe(15 * MINUTE);
  });

  it('leads from one time to the next across both changes of the clocks', () => {
    for (const [from, until] of [
      ['2026-10-24T22:00:00Z', 9],
      ['2026-03-28T22:00:00Z', 9],
    ] as const) {
      const begin = utc(from);
      let now = 0;
      for (let turn = 0; turn < until; turn++) {
        const later = next(now, HOUR, 1, begin, berlin);
        expect(later - now, `${from} ${turn}`).toBe(HOUR);
        expect(next(later, HOUR, -1, begin, berlin)).toBe(now);
        now = later;
      }
    }
    expect(next(5 * MINUTE, 15 * MINUTE, -1, null, berlin)).toBe(0);
    expect(next(5 * MINUTE, 15 * MINUTE, 1, null, berlin)).toBe(15 * MINUTE);
  });
});

describe('the lines', () => {
  it('put steps under their phases and know the span of these', () => {
    const lines = linesOf(plannedRows(plan()), [{ id: 'before', title: 'Before' }]);
    const [head] = lines;
    expect(head).toMatchObject({ kind: 'phase', title: 'Before', from: 0, to: 37 * MINUTE });
    const places = placesOf(lines);
    expect(lines[places.get('go')!]).toMatchObject({ kind: 'step', key: 'go' });
    expect(edgesOf(lines, places)).toContainEqual({ from: places.get('backup'), to: places.get('go') });
  });
});

describe('what follows a bar', () => {
  const rows = plannedRows(plan());
  const of = (id: string) => rows.find((row) => row.id === id)!;

  it('moves by as much as it is pushed, and no more than it has to', () => {
    const followers = new Followers(rows, []);
    // Campaigns end four minutes before anything waits for them.
    const { startMs, finishMs } = of('fill-campaigns');
    const inSlack = followers.moved('fill-campaigns', { start: startMs!, finish: finishMs! + 4 * MINUTE });
    expect([...inSlack.keys()]).toEqual(['fill-campaigns']);
    const beyond = followers.moved('fill-campaigns', { start: startMs!, finish: finishMs! + 5 * MINUTE });
    expect(beyond.get('fill-characters')!.start).toBe(of('fill-characters').startMs! + MINUTE);
    expect(beyond.get('maintenance-off')!.finish).toBe(of('maintenance-off').finishMs! + MINUTE);
    expect(beyond.has('backup')).toBe(false);
  });

  it('comes earlier when a bar becomes shorter, but not before what holds it', () => {
    const held = rows.map((row) =>
      row.id === 'look' ? { ...row, startMs: row.startMs! + HOUR, finishMs: row.finishMs! + HOUR } : row,
    );
    const followers = new Followers(held, []);
    const { startMs } = of('index');
    const moved = followers.moved('index', { start: startMs!, finish: startMs! });
    expect(moved.get('checks')!.start).toBe(of('checks').startMs! - 9 * MINUTE);
    expect(moved.has('look')).toBe(false);
  });

  it('waits for whole phases', () => {
    const loose = rows.map((row) => (row.phase === 'change' ? { ...row, after: [] } : row));
    const lanes = [
      { id: 'before', title: '', after: [] },
      { id: 'change', title: '', after: ['before'] },
    ];
    const followers = new Followers(loose, lanes);
    expect(followers.earliest('index')).toBe(of('go').finishMs);
    const moved = followers.moved('go', { start: 0, finish: of('go').finishMs! + HOUR });
    expect(moved.get('maintenance-on')!.start).toBe(of('go').finishMs! + HOUR);
  });

  it('ends in circles and in a chain of 5,000', () => {
    const circle = rows.map((row) => (row.id === 'preflight' ? { ...row, after: ['look'] } : row));
    expect(new Followers(circle, []).moved('go', { start: 0, finish: HOUR }).size).toBeGreaterThan(0);
    const chain = plannedRows(bigPlan(5000));
    const moved = new Followers(chain, []).moved('s0', { start: 0, finish: 2000 });
    expect(moved.size).toBe(5000);
    expect(moved.get('s4999')!.start).toBe(5_000_000);
  });
});

describe('what is expected of a session', () => {
  const rows = plannedRows(plan());
  const now = 3 * MINUTE;
  const goes = (change: Record<string, Partial<Row>>, of = rows): Row[] =>
    of.map((row) => ({ ...row, status: 'waiting', ...change[row.id] }));
  const ran = (status: Row['status'], startMs: number, finishMs: number | null): Partial<Row> => ({
    status,
    ran: { status, startMs, finishMs, elapsedMs: finishMs === null ? null : finishMs - startMs },
  });

  it('follows what runs, in the order of the edges, from now on', () => {
    const there = forecast(
      goes({ preflight: ran('succeeded', 0, 1000), backup: ran('running', 1000, null) }),
      [],
      now,
    );
    expect(there.has('preflight')).toBe(false);
    expect(there.get('backup')).toEqual({ start: 1000, finish: 1000 + 25 * MINUTE, unsure: false });
    expect(there.get('go')!.start).toBe(1000 + 25 * MINUTE);
    expect(there.get('fill-characters')!.start).toBe(there.get('fill-users')!.finish);
  });

  it('runs a failed step again, and lets one that takes longer than it may end now', () => {
    const failed = forecast(
      goes({ preflight: ran('succeeded', 0, 1000), backup: ran('failed', 1000, 2000) }),
      [],
      now,
    );
    expect(failed.get('backup')).toMatchObject({ start: now, finish: now + 25 * MINUTE });
    const slow = forecast(goes({ preflight: ran('running', 0, null) }), [], now);
    expect(slow.get('preflight')).toMatchObject({ start: 0, finish: now });
    expect(slow.get('backup')!.start).toBe(now);
  });

  it('takes earlier runs for better than the plan, and says where nobody knows', () => {
    const known = forecast(goes({ preflight: { expectedMs: MINUTE } }), [], 0);
    expect(known.get('backup')!.start).toBe(MINUTE);
    expect(known.get('index')!.unsure).toBe(false);
    const unknown = forecast(goes({ backup: { plannedMs: null } }), [], 0);
    expect(unknown.get('backup')!.unsure).toBe(false);
    expect(unknown.get('go')).toMatchObject({ start: 2 * MINUTE, unsure: true });
    expect(unknown.get('index')!.unsure).toBe(true);
  });

  it('begins no earlier than now, however long ago it was reckoned', () => {
    const of = goes({ preflight: ran('succeeded', 0, 1000) });
    const there = forecast(of, [], now);
    const later = since(there, of, now + 4000.5);
    for (const [id, { start, finish }] of there)
      expect(later.get(id)).toMatchObject({ start: start + 4000, finish: finish + 4000 });
    expect(since(there, of, now)).toEqual(there);
    const slow = goes({ preflight: ran('running', 0, null) });
    const goesOn = since(forecast(slow, [], now), slow, now + 4000);
    expect(goesOn.get('preflight')).toMatchObject({ start: 0, finish: now + 4000 });
    expect(goesOn.get('backup')!.start).toBe(now + 4000);
  });

  it('waits for whole phases', () => {
    const loose = goes({}, rows).map((row) => (row.phase === 'change' ? { ...row, after: [] } : row));
    const lanes = [
      { id: 'before', title: '', after: [] },
      { id: 'change', title: '', after: ['before'] },
    ];
    const there = forecast(loose, lanes, now);
    expect(there.get('index')!.start).toBe(there.get('go')!.finish);
    expect(there.get('index')!.start).toBe(now + 37 * MINUTE);
  });

  it('ends in circles and in a chain of 5,000', () => {
    const circle = goes({ preflight: { after: ['look'] } });
    expect(forecast(circle, [], now).size).toBe(rows.length);
    const chain = goes({}, plannedRows(bigPlan(5000)));
    const there = forecast(chain, [], now);
    expect(there.get('s4999')!.start - there.get('s0')!.start).toBe(4_999_000);
  });

  it('moves the point of no return along, until it is past', () => {
    const point = rows.find((row) => row.pointOfNoReturn)!;
    const saying = new Saying(plain, utc('2026-11-21T17:00:00Z'));
    const said = (row: Row, course: 'plan' | 'ahead' | 'past', of: Row[] = goes({})) => {
      const expected = course === 'ahead' ? forecast(of, [], now) : null;
      return returnOf(row, { plan: true, course, moved: expected }, expected).map((one) =>
        saying.moment(one),
      );
    };
    const at = (minutes: number) => plain.time(utc('2026-11-21T17:00:00Z') + minutes * MINUTE);
    expect(said(point, 'plan')).toEqual([`point of no return ${at(point.startMs! / MINUTE)}`]);
    expect(said(point, 'ahead')).toEqual([`point of no return about ${at(point.startMs! / MINUTE + 3)}`]);
    expect(said(point, 'ahead', goes({ backup: { plannedMs: null } }))[0]).toContain('not before');
    expect(said({ ...point, ...ran('succeeded', 7 * MINUTE, 8 * MINUTE) }, 'ahead')).toEqual([
      `point of no return ${at(7)}`,
    ]);
    expect(said(point, 'past')).toEqual([]);
  });
});

describe('a dragged bar', () => {
  const rows = plannedRows(plan());
  const row = (id: string, change: Partial<Row> = {}) => ({
    ...rows.find((one) => one.id === id)!,
    ...change,
  });
  const ground = { rows, lanes: [], start: utc('2026-12-05T00:00:00Z'), zone: berlin, perPx: 5000 };

  it('asks for the time it was dropped at', () => {
    const drag = new Drag(row('fill-users'), 'move', ground);
    expect(drag.drop(false)).toBeNull();
    drag.by(12.4 * MINUTE);
    expect(drag.drop(false)).toEqual({ kind: 'move', id: 'fill-users', startMs: 53 * MINUTE });
    expect(drag.moved.get('maintenance-off')!.start).toBeGreaterThan(
      rows.find((one) => one.id === 'maintenance-off')!.startMs!,
    );
  });

  it('lies no earlier than what is before it allows, and asks for nothing there', () => {
    const drag = new Drag(row('fill-users'), 'move', ground);
    drag.by(-HOUR);
    expect(drag.now.start).toBe(41 * MINUTE);
    expect(drag.drop(false)).toBeNull();
  });

  it('loses its fixed start where it would begin without one, too', () => {
    const late = row('fill-users', { fixedStart: 'x', startMs: 2 * HOUR, finishMs: 2 * HOUR + 12 * MINUTE });
    const drag = new Drag(late, 'move', {
      ...ground,
      rows: rows.map((one) => (one.id === late.id ? late : one)),
    });
    drag.by(-3 * HOUR);
    expect(drag.early).toBe(true);
    expect(drag.drop(true)).toEqual({ kind: 'move', id: 'fill-users', startMs: null });
  });

  it('becomes no shorter than nothing', () => {
    const drag = new Drag(row('fill-users'), 'resize', ground);
    drag.nudge(1);
    expect(drag.drop(false)).toEqual({ kind: 'resize', id: 'fill-users', ms: 13 * MINUTE });
    drag.by(-10 * HOUR);
    expect(drag.drop(false)).toEqual({ kind: 'resize', id: 'fill-users', ms: 0 });
  });
});
