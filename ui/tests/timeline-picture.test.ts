import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it } from 'vitest';
import type { Row, Run } from '../src/parts/shapes';
import { until, type Moved } from '../src/parts/timeline/bars';
import type { Colours } from '../src/parts/timeline/colours';
import { forecast } from '../src/parts/timeline/forecast';
import { HIGH, sample, signsOf, WIDE, type Drawn, type Shown } from '../src/parts/timeline/legend';
import { edgesOf, linesOf, placesOf } from '../src/parts/timeline/lines';
import { extent, opening, points, reveal, spanOf, type Layout } from '../src/parts/timeline/opening';
import { paint, type Scene } from '../src/parts/timeline/paint';
import { fit, keep, x } from '../src/parts/timeline/scale';
import { POINT, ROW, SLIVER, type Pen } from '../src/parts/timeline/signs';
import { axis } from '../src/parts/timeline/ticks';
import Head from '../src/parts/timeline/Head.svelte';
import Timeline from '../src/parts/timeline/Timeline.svelte';
import { Zone } from '../src/words/zone';
import { plannedRows, sessionRows } from '../src/state/rows';
import { bigPlan, plan, sessionStep } from './mock/material';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const WIDTH = 530;
const EDGE = 24;
const berlin = new Zone([{ fromMs: 0, offsetMs: HOUR, name: 'CET' }], 'Europe/Berlin');
const rows = plannedRows(plan());
const ran = (status: Run['status'], startMs: number, finishMs: number | null): Run => ({
  status,
  startMs,
  finishMs,
  elapsedMs: finishMs === null ? null : finishMs - startMs,
});
const changed = (id: string, change: Partial<Row>) =>
  rows.map((row) => (row.id === id ? { ...row, ...change } : row));
const lanes = plan().phases.map(({ id, title }) => ({ id, title }));

const PLAN: Layout = { plan: true, course: 'plan', moved: null };
const RUN: Layout = { plan: false, course: 'past', moved: null };

function shown(of: Row[], change: Partial<Shown> = {}): Shown {
  const lines = linesOf(of, lanes);
  const span = { from: 0, to: 99 * MINUTE };
  const edges = edgesOf(lines, placesOf(lines));
  const rest = { bands: [], moments: [], now: false, partly: false, ...PLAN };
  return { rows: of, lines, edges, span, ...rest, ...change };
}

/** A pen that keeps what it is told to draw, with the colour it has then. */
function recorder() {
  const drawn: { what: string; numbers: number[]; fill: string; stroke: string }[] = [];
  const pen: Record<string, unknown> = { fillStyle: '', strokeStyle: '', lineWidth: 1, globalAlpha: 1 };
  const ways =
    'clearRect fillRect beginPath moveTo lineTo closePath roundRect fill stroke fillText strokeText setLineDash';
  for (const what of ways.split(' '))
    pen[what] = (...given: unknown[]) =>
      drawn.push({
        what: what === 'fillText' ? `fillText ${String(given[0])}` : what,
        numbers: given.flat().filter((one) => typeof one === 'number'),
        fill: String(pen['fillStyle']),
        stroke: `${String(pen['strokeStyle'])} ${String(pen['lineWidth'])}`,
      });
  return { drawn, pen: pen as unknown as Pen };
}

const names =
  'text soft faint line lineStrong surface raised sunken selected accent band bad softBad look softLook undone font';
const colours = {
  ...Object.fromEntries(names.split(' ').map((name) => [name, name])),
  tint: Object.fromEntries(
    ['idle', 'running', 'good', 'bad', 'look', 'undone'].map((name) => [name, `tint ${name}`]),
  ),
} as unknown as Colours;

/** Returns what is drawn of rows, one pixel being ten seconds unless told. */
function painted(of: Row[], change: Partial<Scene> = {}) {
  const { drawn, pen } = recorder();
  const scene: Scene = {
    view: { from: 0, perPx: 10_000 },
    width: WIDTH,
    height: ROW * of.length,
    top: 0,
    lines: linesOf(
      of.map((row) => ({ ...row, phase: null })),
      [],
    ),
    edges: [],
    marks: [],
    bands: [],
    moments: [],
    selected: null,
    course: 'plan',
    moved: null,
    plan: true,
    now: null,
    nowLine: null,
    ...change,
  };
  paint(pen, scene, colours);
  return drawn;
}

const textsOf = (drawn: ReturnType<typeof painted>) =>
  drawn.filter((one) => one.what.startsWith('fillText ')).map((one) => one.what.slice(9));

describe('the legend', () => {
  it('names what a plan shows and nothing else', () => {
    const band = { id: 'n', title: '', opensMs: 0, lengthMs: HOUR, fits: true, rollbackByMs: null };
    const far = { ...band, opensMs: 14 * 24 * HOUR, fits: false };
    const moments = [{ kind: 'return' as const, at: HOUR }];
    expect(
      signsOf(shown(rows, { bands: [band, far], moments, now: true })).map((sign) => sign.words),
    ).toEqual([
      'phase',
      'planned',
      'planned, critical path',
      'downtime',
      'gate',
      'slack',
      'waits for',
      'window',
      'now',
      'point of no return',
    ]);
    const [first] = rows;
    const alone = { ...first!, phase: null, after: [], kind: 'manual', startMs: 5, finishMs: 5, slackMs: 0 };
    expect(signsOf(shown([alone])).map((sign) => sign.words)).toEqual(['takes no time']);
    expect(signsOf(shown([alone], { bands: [{ ...band, fits: false }] })).at(-1)?.words).toBe(
      'window, too short',
    );
  });

  it('names of a run what became of the steps, and an undo beside it', () => {
    const mixed = rows.map((row, index): Row => {
      const status = (['succeeded', 'skipped', 'interrupted', 'failed'] as const)[index];
      return status ? { ...row, ran: ran(status, index * 10, index * 10 + 5) } : row;
    });
    mixed[0]!.undo = ran('undone', 100, 110);
    mixed[1]!.undo = ran('failed', 90, 99);
    expect(signsOf(shown(mixed, RUN)).map((sign) => sign.words)).toEqual([
      'actual, succeeded',
      'actual, skipped or interrupted',
      'actual, failed',
      'undo',
      'undo, failed',
    ]);
  });

  it('draws every sign, each unlike the others, and none beyond its sample', () => {
    const all: Drawn[] = ['phase', 'planned', 'critical critical', 'downtime', 'downtime critical', 'gate'];
    all.push('expected', 'crucial critical', 'left', 'untimed', 'untimed critical');
    all.push('gate critical', 'moment', 'slack', 'arrow', 'fixed', 'rehearsed', 'beyond', 'window', 'tight');
    all.push('now', 'rollback', 'return', 'ran good', 'ran bad', 'undo undone', 'undo bad');
    const pictures = all.map((drawn) => {
      const { drawn: told, pen } = recorder();
      sample(pen, drawn, colours);
      const inked = told.filter((one) => /^(fill|stroke|fillRect)$/.test(one.what));
      expect(inked.length, drawn).toBeGreaterThan(0);
      for (const { what, numbers } of told)
        if (/^(moveTo|lineTo)$/.test(what)) {
          expect(numbers[0], drawn).toBeGreaterThanOrEqual(0);
          expect(numbers[0], drawn).toBeLessThanOrEqual(WIDE);
          expect(numbers[1], drawn).toBeLessThanOrEqual(HIGH);
        }
      return JSON.stringify(told.slice(1));
    });
    expect(new Set(pictures).size).toBe(all.length);
  });
});

describe('the axis of a short run', () => {
  const start = Date.parse('2026-11-21T17:04:38Z');

  it('has marks that are moments, however close', () => {
    const marks = (least: number) => axis(0, 6 * least, least, start, berlin).marks.map((mark) => mark.text);
    expect(marks(500)[1]).toBe('18:04:38.5');
    expect(marks(5000)[0]).toBe('18:04:40');
    expect(berlin.stamp(start - 39_000)).toBe('18:03 Sat 21 Nov');
  });

  it('tells marks apart that are far from a start that is not known', () => {
    for (const [from, least] of [
      [HOUR, 1000],
      [HOUR, 500],
      [MINUTE, 200],
      [26 * HOUR, 10 * MINUTE],
    ] as const) {
      const marks = axis(from, from + 5 * least, least, null, berlin).marks.map((mark) => mark.text);
      expect(new Set(marks).size, `${marks}`).toBe(marks.length);
    }
    expect(axis(HOUR, HOUR + 3000, 1000, null, berlin).marks[2]!.text).toBe('+1:00:02');
    expect(axis(26 * HOUR, 27 * HOUR, 10 * MINUTE, null, berlin).marks[1]!.text).toBe('+1d2h10m');
  });
});

describe('the view a timeline opens with', () => {
  const open = (of: Row[], planned: Layout, near = 0) => {
    const span = spanOf(of, [], planned, null, true);
    const lines = linesOf(of, []);
    return { view: opening(lines, planned, near, span, WIDTH, EDGE), whole: fit(span, WIDTH, EDGE), lines };
  };
  const long = plannedRows(bigPlan(5000)).map((row) => ({ ...row, phase: null }));

  it('is the whole of a plan of twelve steps, and of a run with steps of milliseconds', () => {
    const { view, whole } = open(rows, PLAN);
    expect(view).toEqual(whole);
    const run = rows.map((row, index) => ({ ...row, ran: ran('succeeded', index * 2000, index * 2000 + 3) }));
    const session = open(run, RUN);
    expect(session.view).toEqual(session.whole);
  });

  it('is of 5,000 steps as much as the lines in sight take up, wherever they are', () => {
    for (const near of [0, 3000, 4999]) {
      const { view, whole, lines } = open(long, PLAN, near);
      expect(whole.perPx * 6, 'the whole shows no lengths').toBeGreaterThan(1000);
      const line = lines[near]!;
      if (line.kind !== 'step') throw new Error('a step was meant');
      const bar = extent(line.row, PLAN, null)!;
      expect(x(view, bar.start)).toBeGreaterThanOrEqual(EDGE - 1);
      expect(x(view, bar.finish)).toBeLessThanOrEqual(WIDTH);
      expect((bar.finish - bar.start) / view.perPx).toBeGreaterThan(6);
    }
  });

  it('shows lengths even where one step in sight is much longer than the others', () => {
    let at = 0;
    const uneven = long.map((row, index) => {
      const startMs = at;
      at += index === 20 ? HOUR : index > 4000 ? 100_000 : 1000;
      return { ...row, startMs, finishMs: at };
    });
    const { view } = open(uneven, PLAN);
    expect(1000 / view.perPx).toBeCloseTo(6);
    expect(x(view, 0)).toBeCloseTo(EDGE);
  });

  it('has the bar of the line it opens at in sight, where the others are much shorter', () => {
    const run = long.slice(0, 6).map((row, index): Row => {
      const [from, to] = index === 5 ? [2000, 4000] : [index * 200, index * 200 + 5];
      return { ...row, ran: ran(index === 5 ? 'failed' : 'succeeded', from, to) };
    });
    const idle = Array.from({ length: 40 }, (_, index) => ({ ...long[0]!, id: `idle-${index}` }));
    const others = [...idle, { ...long[0]!, id: 'late', ran: ran('succeeded', HOUR, HOUR + 5) }];
    const { view, whole } = open([...run, ...others], RUN, 5);
    expect(view.perPx).toBeLessThan(whole.perPx);
    expect(x(view, 2000)).toBeGreaterThanOrEqual(0);
    expect(x(view, 2000)).toBeLessThanOrEqual(WIDTH);
  });

  it('is the whole where nothing has a length, and where nothing ran', () => {
    const still = open(
      long.map((row) => ({ ...row, finishMs: row.startMs })),
      PLAN,
    );
    expect(still.view).toEqual(still.whole);
    const idle = open(long, RUN);
    expect(idle.view).toEqual(idle.whole);
  });

  it('is one that panning reaches, with room behind the last bar', () => {
    const span = { from: 0, to: 5000 };
    const view = fit(span, WIDTH - 88, EDGE);
    expect(keep(view, span, WIDTH)).toEqual(view);
  });

  it('follows to a bar out of sight, and stays where it is in sight', () => {
    const span = { from: 0, to: 5_000_000 };
    const view = { from: 0, perPx: 100 };
    expect(reveal(view, { start: 52_000, finish: 60_000 }, span, WIDTH, EDGE)).toBeNull();
    const moved = reveal(view, { start: 400_000, finish: 401_000 }, span, WIDTH, EDGE)!;
    expect(x(moved, 400_000)).toBeCloseTo(EDGE);
    expect(moved.perPx).toBe(100);
  });
});

describe('a step that was taken back', () => {
  const step = plan().steps[4]!;
  const back = {
    ...sessionStep(step, 'undone'),
    back: true,
    started_at_ms: 33_000,
    finished_at_ms: 33_009,
    elapsed_ms: 11,
    undo_elapsed_ms: 9,
    other_run: { status: 'succeeded' as const, started_at_ms: 1000, finished_at_ms: 1011, elapsed_ms: 11 },
  };
  const [row] = sessionRows({ started_at_ms: 1000 }, [back], plan()) as [Row];

  it('has its run forward and its undo', () => {
    expect(row.ran).toEqual({ status: 'succeeded', startMs: 0, finishMs: 11, elapsedMs: 11 });
    expect(row.undo).toEqual({ status: 'undone', startMs: 32_000, finishMs: 32_009, elapsedMs: 9 });
    const forward = { ...back, back: false, status: 'succeeded' as const, other_run: null };
    const [alone] = sessionRows({ started_at_ms: 0 }, [forward], null) as [Row];
    expect(alone.ran?.startMs).toBe(33_000);
    expect(alone.undo).toBeNull();
  });

  function bars(of: Row, planned: boolean, perPx: number) {
    const drawn = painted([of], { course: 'past', plan: planned, view: { from: -50 * perPx, perPx } });
    const of_ = (fill: string) => {
      const end = drawn.findLastIndex((one) => one.what === 'fill' && one.fill === fill);
      if (end < 0) return null;
      const begin = drawn.slice(0, end).findLastIndex((one) => one.what === 'beginPath');
      return drawn.slice(begin + 1, end);
    };
    const texts = textsOf(drawn);
    return { ran: of_('tint good'), undo: of_('tint undone'), texts };
  }

  it('is drawn with both, the undo pointing back', () => {
    const { ran: forward, undo, texts } = bars(row, false, 100);
    expect(forward![0]).toMatchObject({ what: 'roundRect', numbers: [50, 7, SLIVER, 14, 1.5] });
    expect(undo![0]!.numbers).toEqual([50 + 320 - POINT, 14]);
    expect(texts).toEqual(['11ms', 'undo 9ms']);
  });

  it('hides neither where both are close', () => {
    for (const planned of [false, true]) {
      const { ran: forward, undo } = bars(row, planned, 100_000);
      const [, top, , thick] = forward![0]!.numbers as [number, number, number, number];
      const ys = undo!.map((one) => one.numbers[1]!);
      expect(top + thick).toBeLessThanOrEqual(Math.min(...ys));
    }
    expect(bars(row, false, 100_000).texts).toEqual(['11ms, undo 9ms']);
  });

  it('is expected to take what earlier runs took, else what was planned', () => {
    const past = new Map([[step.id, { step: step.id, runs: 2, median_ms: 5, least_ms: 4, most_ms: 6 }]]);
    const of = (estimate: number | null, known = new Map()) => {
      const [one] = sessionRows({ started_at_ms: 0 }, [{ ...back, estimate_ms: estimate }], null, known) as [
        Row,
      ];
      return [one.expectedMs, one.untimed];
    };
    expect(of(7, past)).toEqual([5, false]);
    expect(of(7)).toEqual([7, false]);
    expect(of(null, past)).toEqual([5, false]);
    expect(of(null)).toEqual([null, true]);
  });

  it('has its time on the axis of the run', () => {
    expect(extent(row, RUN, null)).toEqual({ start: 0, finish: 32_009 });
    expect(spanOf([row], [], RUN, null, true).to).toBe(32_009);
  });

  it('grows only while it runs', () => {
    expect(until(ran('running', 5, null), 100)).toBe(100);
    expect(until(ran('interrupted', 5, null), 100)).toBe(5);
    expect(until(ran('succeeded', 5, 7), 100)).toBe(7);
  });
});

describe('the words behind a bar', () => {
  const [first, second] = rows as [Row, Row];
  const of = (row: Row, change: Partial<Row>, scene: Partial<Scene> = {}) =>
    textsOf(painted([{ ...row, ...change }], scene));

  it('name a length that somebody gave, and no other', () => {
    expect(of(second, {})).toEqual(['25m']);
    const none = { plannedMs: null, untimed: true, startMs: 0, finishMs: 1000 };
    expect(of(second, none)).toEqual(['no estimate']);
    expect(of(second, { ...none, finishMs: 0 })).toEqual(['no estimate']);
    expect(of({ ...second, kind: 'gate' }, { ...none, finishMs: 0 })).toEqual([]);
  });

  it('say of a session what was measured', () => {
    const running = { status: 'running' as const, ran: ran('running', 0, null) };
    const moved: Moved = new Map([[first.id, { start: 0, finish: 2 * MINUTE }]]);
    expect(of(first, running, { course: 'ahead', moved, now: 90_400 })).toEqual(['1m30s']);
    const done = { status: 'succeeded' as const, ran: ran('succeeded', 0, 3500) };
    expect(of(first, done, { course: 'ahead', moved: new Map() })).toEqual(['3.5s']);
    const unknown = { status: 'unknown' as const, ran: ran('unknown', 0, null) };
    expect(of(first, unknown, { course: 'past', now: 90_000 })).toEqual([]);
    expect(of(first, { status: 'waiting' }, { course: 'ahead', moved })).toEqual(['2m']);
    expect(of(first, { status: 'waiting' }, { course: 'past' })).toEqual([]);
  });

  it('stand last, on a ground of their own, and are left out where they would be cut', () => {
    const drawn = painted([second], { moments: [{ kind: 'return', at: 30 * MINUTE }], nowLine: MINUTE });
    const told = drawn.map((one) => one.what);
    expect(told.slice(-2)).toEqual(['strokeText', 'fillText 25m']);
    expect(drawn.at(-2)!.stroke).toContain('surface');
    const width = second.finishMs! / 10_000 + 20;
    expect(textsOf(painted([second], { width }))).toEqual([]);
  });

  it('are one of what was measured and what is expected, and stand where there is room', () => {
    const start = 40 * MINUTE;
    const failed = { status: 'failed' as const, ran: ran('failed', start, start + 1) };
    const moved: Moved = new Map([[first.id, { start: start + MINUTE, finish: start + 4 * MINUTE }]]);
    const again = { course: 'ahead' as const, moved };
    expect(of(first, failed, again)).toEqual(['1ms of 3m']);
    expect(of(first, { ...failed, untimed: true }, again)).toEqual(['1ms']);
    const place = (width: number) =>
      painted([{ ...first, ...failed }], { ...again, width }).find((one) => one.what.startsWith('fillText'));
    expect(place(400)!.numbers[0]).toBeGreaterThan(264);
    expect(place(290)!.numbers[0]).toBeLessThan(240 - 9 * 6);
    expect(place(290)!.numbers[1]).toBe(ROW / 2 + 0.5);
  });

  it('are not cut by the line of a moment', () => {
    const at = second.finishMs! + 150_000;
    const drawn = painted([second, { ...first, id: 'other' }], { moments: [{ kind: 'return', at }] });
    const dashes = drawn
      .filter((one) => one.what === 'fillRect' && one.fill === 'bad')
      .map((one) => one.numbers[1]!);
    expect(dashes.some((y) => y > ROW)).toBe(true);
    expect(dashes.filter((y) => y + 5 > ROW / 2 - 6 && y < ROW / 2 + 6)).toEqual([]);
  });

  it('stand as far behind a gate as behind other bars', () => {
    const at = (kind: string) =>
      painted([{ ...second, kind }]).find((one) => one.what === 'fillText 25m')!.numbers[0];
    expect(at('gate')).toBe(at('sql'));
  });
});

describe('a session on the timeline', () => {
  const some = rows.slice(0, 3).map((row) => ({ ...row, phase: null }));
  const [done, failed, later] = some as [Row, Row, Row];
  const session = [
    { ...done, status: 'succeeded' as const, ran: ran('succeeded', 0, 3000) },
    { ...failed, status: 'failed' as const, ran: ran('failed', 3000, 4000) },
    { ...later, status: 'waiting' as const },
  ];
  const moved = forecast(session, [], 5000);
  const ahead: Layout = { plan: true, course: 'ahead', moved };
  const past: Layout = { plan: true, course: 'past', moved: null };

  it('has what is expected on its axis, and where to look for it', () => {
    expect(extent(session[2]!, ahead, null)).toMatchObject({ start: 5000 + 25 * MINUTE });
    expect(extent(session[0]!, ahead, null)).toEqual({ start: 0, finish: 3000 });
    expect(spanOf(session, [], ahead, 5000, false).to).toBe(5000 + 35 * MINUTE);
    expect(linesOf(session, []).length).toBe(3);
  });

  it('is told apart in the legend from what was planned and what did not run', () => {
    const words = (layout: Layout) => signsOf(shown(session, layout)).map((sign) => sign.words);
    expect(words(ahead)).toContain('expected, critical path');
    expect(words(ahead)).not.toContain('planned, did not run');
    expect(words(past)).toContain('planned, did not run');
    expect(words(past).some((word) => word.startsWith('expected'))).toBe(false);
    expect(words(past)).not.toContain('slack');
    const untimed = session.map((row) => ({ ...row, startMs: null, finishMs: null, ran: null }));
    expect(signsOf(shown(untimed))).toEqual([]);
  });

  it('has the line of now below its bars', () => {
    const drawn = painted(session, { ...ahead, nowLine: 4000 });
    const line = drawn.findIndex((one) => one.what === 'fillRect' && one.fill === 'accent');
    expect(line).toBeGreaterThanOrEqual(0);
    expect(drawn.findIndex((one) => one.fill.startsWith('tint'))).toBeGreaterThan(line);
  });

  it('leads arrows past the words behind a bar', () => {
    for (const edge of [
      { from: 0, to: 2 },
      { from: 2, to: 0 },
    ]) {
      const drawn = painted(some, { edges: [edge] });
      const end = drawn.findIndex((one) => one.what === 'stroke');
      const [, out, along] = drawn.slice(0, end).filter((one) => /^(moveTo|lineTo)$/.test(one.what));
      expect(along!.numbers[1]).toBe(out!.numbers[1]);
      expect(Math.abs(out!.numbers[1]! - (edge.from * ROW + ROW / 2))).toBeGreaterThan(9);
    }
  });

  it('points to what is out of sight, and says so only then', () => {
    const view = { from: 0, perPx: 10_000 };
    const bar = { ...later, startMs: 0, finishMs: 10 * MINUTE, slackMs: null };
    expect(points([bar], PLAN, view, WIDTH)).toBe(false);
    expect(points([bar], PLAN, view, 30)).toBe(false);
    expect(points([{ ...bar, startMs: 2 * HOUR, finishMs: 3 * HOUR }], PLAN, view, WIDTH)).toBe(true);
    expect(points([bar], PLAN, { from: HOUR, perPx: 10_000 }, WIDTH)).toBe(true);
    expect(points([{ ...bar, startMs: null, finishMs: null }], PLAN, view, WIDTH)).toBe(false);
    const slack = { ...bar, slackMs: 2 * HOUR };
    expect(points([slack], PLAN, view, WIDTH)).toBe(true);
    const tips = (row: Row) =>
      painted([row]).filter((one) => one.what === 'moveTo' && one.numbers[0] === WIDTH - 8).length;
    expect([tips(slack), tips({ ...slack, slackMs: HOUR })]).toEqual([1, 0]);
  });

  it('leads no arrow to a step that did not run', () => {
    const edges = [
      { from: 0, to: 1 },
      { from: 1, to: 2 },
    ];
    // An arrow has a shaft and a head.
    const arrows = (layout: Layout) => {
      const lines = (given: typeof edges) =>
        painted(session, { ...layout, edges: given }).filter((one) => one.what === 'moveTo').length;
      return (lines(edges) - lines([])) / 2;
    };
    expect(arrows(ahead)).toBe(2);
    expect(arrows(past)).toBe(1);
  });
});

describe('the head of the axis', () => {
  it('writes no word that would be cut, and none under the one for now', () => {
    const marks = [0, 100, 200, 490].map((at) => ({ at, text: '18:00' }));
    const eras = [0, 480].map((at) => ({ at, text: 'Mon 2026-11-23' }));
    const axis = { marks, eras, step: 100 };
    const rest = { width: 500, column: 100, names: [], zone: 'UTC', from: '', onpan: () => {} };
    const words = (nowX: number | null) => {
      const view = { from: 0, perPx: 1 };
      const head = mount(Head, { target: document.body, props: { ...rest, view, axis, nowX } });
      const of = (css: string) => [...document.querySelectorAll<HTMLElement>(css)];
      const found = [
        of('.mark').map((mark) => mark.style.left),
        of('.era').length,
        of('[data-testid=now-line]')[0],
      ];
      const text = (found[2] as HTMLElement | undefined)?.textContent ?? null;
      void unmount(head);
      document.body.innerHTML = '';
      return [found[0], found[1], text];
    };
    expect(words(null)).toEqual([['0px', '100px', '200px'], 1, null]);
    expect(words(110)).toEqual([['0px', '200px'], 1, 'now']);
    expect(words(-5)[2]).toBeNull();
  });
});

describe('the timeline', () => {
  let mounted: ReturnType<typeof mount> | null = null;
  afterEach(async () => {
    if (mounted) await unmount(mounted);
    mounted = null;
    document.body.innerHTML = '';
  });
  const show = (of: Row[], more: object = {}) => {
    const props = { rows: of, lanes: [], bands: [], selected: null, onselect: () => {}, nowMs: null };
    mounted = mount(Timeline, { target: document.body, props: { ...props, startAtMs: null, ...more } });
    flushSync();
    return (id: string) => document.querySelector<HTMLElement>(`[data-testid=${id}]`)!;
  };

  it('says a run and its undo in words', () => {
    const undone = changed('backup', {
      status: 'undone',
      back: true,
      ran: ran('succeeded', 0, 11),
      undo: ran('undone', 50, 59),
    });
    const find = show(undone, { startAtMs: Date.parse('2026-11-21T17:04:38Z'), clock: [], over: true });
    expect(find('bar-backup').getAttribute('aria-label')).toContain(
      'undone, planned 25m, took 11ms, undo took 9ms',
    );
    expect(find('bar-backup').title).toContain('undo took 9ms');
    expect(find('timeline-legend').textContent).toContain('undo');
    expect(find('axis-from').textContent).toMatch(/^from \d\d:\d\d \w{3} 2\d Nov$/);
  });

  it('says that nobody estimated a step, and that no step has a time', () => {
    const none = { plannedMs: null, untimed: true, startMs: 0, finishMs: 1000 };
    const find = show(changed('backup', none));
    expect(find('bar-backup').getAttribute('aria-label')).toContain('planned, no estimate');
    expect(find('timeline').textContent).not.toContain('No step has a time');
    void unmount(mounted!);
    document.body.innerHTML = '';
    const broken = rows.map((row) => ({ ...row, startMs: null, finishMs: null, slackMs: null }));
    const night = { id: 'n', title: 'Night', opensMs: 0, lengthMs: HOUR, fits: false, rollbackByMs: 5 };
    const still = show(broken, { bands: [night] });
    expect(still('timeline').textContent).toContain('No step has a time');
    expect(still('timeline').textContent).toContain('Night: open 1h');
    expect(still('timeline').textContent).not.toMatch(/does not fit|rollback/);
    expect(still('timeline-legend').textContent).not.toContain('out of sight');
  });

  it('draws what has not run of a session from now on, and of one that is over where it was planned', () => {
    const session = changed('preflight', { status: 'succeeded', ran: ran('succeeded', 0, 1000) }).map(
      (row) => (row.id === 'preflight' ? row : { ...row, status: 'waiting' as const }),
    );
    const start = { startAtMs: Date.parse('2026-11-21T17:00:00Z'), clock: [] };
    const find = show(session, { ...start, nowMs: 5000, ahead: true });
    expect(find('bar-backup').dataset['start']).toBe('5000');
    expect(find('timeline-legend').textContent).toContain('point of no return');
    expect(find('timeline-legend').textContent).toContain('expected');
    void unmount(mounted!);
    document.body.innerHTML = '';
    const over = show(session, { ...start, nowMs: 5000, over: true });
    const scale = document.querySelector<HTMLSelectElement>('select')!;
    scale.value = 'plan';
    scale.dispatchEvent(new Event('change', { bubbles: true }));
    flushSync();
    expect(over('bar-backup').dataset['start']).toBe(String(2 * MINUTE));
    expect(over('timeline-legend').textContent).not.toContain('point of no return');
    expect(over('timeline-legend').textContent).toContain('planned, did not run');
  });

  it('has room on its axis for now until the coarse clock goes on', () => {
    const untimed = rows.map((row) => ({ ...row, plannedMs: null, untimed: true, startMs: 0, finishMs: 0 }));
    const waiting = untimed.map((row) => ({ ...row, status: 'waiting' as const }));
    const find = show(waiting, { startAtMs: 0, clock: [], nowMs: 3400, ahead: true });
    // In jsdom the axis has its least width, of which 50 pixels are for what there is to see.
    expect(Number(find('timeline-lines').dataset['perPx']) * 50).toBeCloseTo(5000);
  });

  it('opens a long plan at its first lines and shows all of it when asked to', () => {
    const lines = show(plannedRows(bigPlan(5000)))('timeline-lines');
    const before = Number(lines.dataset['perPx']);
    lines.dispatchEvent(new KeyboardEvent('keydown', { key: '0', bubbles: true }));
    flushSync();
    expect(Number(lines.dataset['perPx'])).toBeGreaterThan(50 * before);
  });
});
