import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { frame, framedOn, moved, type Pane } from '../src/parts/graph/framing';
import Graph from '../src/parts/graph/Graph.svelte';
import { headsOf } from '../src/parts/graph/heads';
import type { Colours } from '../src/parts/graph/ink';
import { layout, type Layout, type Placeable } from '../src/parts/graph/layout';
import { abreast, marksIn, marksOf } from '../src/parts/graph/marks';
import { cornerOf, hides, overview, sightFrame, SPOT, spotted } from '../src/parts/graph/overview';
import { paintLaneNames, seen } from '../src/parts/graph/paint';
import { HAIR, LEGIBLE, NODE_HEIGHT, NODE_WIDTH, OVER } from '../src/parts/graph/sizes';
import { boxed, FEW, paintEdges } from '../src/parts/graph/strokes';
import { timeOf } from '../src/parts/graph/time';
import type { Row } from '../src/parts/shapes';
import { plannedRows } from '../src/state/rows';
import { plan } from './mock/material';

const first = plannedRows(plan())[0]!;
const row = (over: Partial<Row>): Row => ({
  ...first,
  destructive: false,
  downtime: false,
  pointOfNoReturn: false,
  noUndo: false,
  repeatable: false,
  ...over,
});

/** Lanes that stand side by side, with steps one below the other and edges from each lane into the others. */
function lanesOf(
  count: number,
  each: number,
  height: (id: string) => number = () => NODE_HEIGHT,
): Placeable[] {
  return Array.from({ length: count * each }, (_, index) => {
    const [lane, at] = [Math.floor(index / each), index % each];
    const after = at === 0 ? [] : [`${lane}-${at - 1}`];
    // From every lane to every other one, also back to those on the left.
    for (let other = 0; other < count; other++)
      if (other !== lane && at > 0 && (lane + other + at) % 2 === 0) after.push(`${other}-${at - 1}`);
    return { id: `${lane}-${at}`, phase: `p${lane}`, after, height: height(`${lane}-${at}`) };
  });
}

/** Returns the edges that cross a step which is none of their ends. */
function crossings({ nodes, edges }: Layout): string[] {
  const found: string[] = [];
  for (const { id, from, to, points } of edges)
    for (let at = 2; at < points.length; at += 2) {
      const [ax, ay, bx, by] = points.slice(at - 2, at + 2) as [number, number, number, number];
      for (const node of nodes) {
        if (node.id === from || node.id === to) continue;
        const beside = Math.max(ax, bx) <= node.x || Math.min(ax, bx) >= node.x + NODE_WIDTH;
        const level = Math.max(ay, by) <= node.y || Math.min(ay, by) >= node.y + node.height;
        if (!beside && !level) found.push(`${id} over ${node.id}`);
      }
    }
  return found;
}

const wide = { width: 2000, height: 900 };
const titles = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ id: `p${at}`, title: `Phase ${at}` }));

describe('a step that is opened', () => {
  it('moves only what lies below it in its own lane', () => {
    const before = layout(lanesOf(4, 5), titles(4), wide);
    const after = layout(
      lanesOf(4, 5, (id) => (id === '1-1' ? 300 : NODE_HEIGHT)),
      titles(4),
      wide,
    );
    expect(new Set(before.lanes.map((lane) => lane.y)).size).toBe(1);
    const was = new Map(before.nodes.map((node) => [node.id, node]));
    // The whole picture may have moved, since an edge may now go around it.
    const [dx, dy] = [after.nodes[0]!.x - before.nodes[0]!.x, after.nodes[0]!.y - before.nodes[0]!.y];
    const moved = after.nodes.filter(
      ({ id, x, y }) => x - dx !== was.get(id)!.x || y - dy !== was.get(id)!.y,
    );
    expect(moved.map(({ id }) => id)).toEqual(['1-2', '1-3', '1-4']);
  });

  it('leads no edge over a step of another lane, which did not move with it', () => {
    const opened = ['0-1', '1-3', '2-0', '3-2', '4-4'];
    for (let some = 1; some < 1 << opened.length; some++) {
      const open = opened.filter((_, at) => some & (1 << at));
      const places = layout(
        lanesOf(5, 6, (id) => (open.includes(id) ? 130 + 37 * open.indexOf(id) : NODE_HEIGHT)),
        titles(5),
        wide,
      );
      expect(crossings(places), open.join(' ')).toEqual([]);
    }
  });
});

/** A layout of which only the size, the lanes and the steps matter. */
const drawn = (width: number, height: number, lanes: Layout['lanes'] = []): Layout => ({
  nodes: [{ id: 'a', x: 20, y: 50, height: NODE_HEIGHT }],
  lanes,
  edges: [],
  width,
  height,
});
const pane = (width: number, height: number, of: Layout): Pane => ({
  width,
  height,
  corner: cornerOf(of, { width, height }),
});

describe('the overview', () => {
  it('needs a pane that has room for it', () => {
    const places = drawn(3000, 2000);
    expect(cornerOf(places, { width: 803, height: 250 })).toBeNull();
    expect(cornerOf(places, { width: 630, height: 700 })).toBeNull();
    const corner = cornerOf(places, { width: 640, height: 320 })!;
    expect(corner.width).toBeGreaterThan(overview(places).width);
    expect(corner.width).toBeLessThan(640 / 3);
    expect(cornerOf({ ...places, nodes: [] }, { width: 900, height: 700 })).toBeNull();
  });

  it('is needed while something is out of sight', () => {
    expect(hides(drawn(100, 100), seen({ x: 5, y: 5, zoom: 1 }, 110, 110))).toBe(false);
    expect(hides(drawn(100, 100), seen({ x: -5, y: 5, zoom: 1 }, 110, 110))).toBe(true);
    expect(hides(drawn(100, 100), seen({ x: 5, y: 5, zoom: 1.1 }, 110, 110))).toBe(true);
  });

  it('frames what is in sight so that it is seen, and inside the small picture', () => {
    const small = overview({ width: 30_000, height: 20_000 });
    for (const x of [-9000, 0, 200, 15_000, 29_900, 40_000])
      for (const y of [-9000, 0, 10_000, 19_990, 40_000]) {
        const { left, top, right, bottom } = sightFrame(
          { left: x, top: y, right: x + 900, bottom: y + 700 },
          small,
        );
        expect(right - left).toBeGreaterThanOrEqual(12);
        expect(bottom - top).toBeGreaterThanOrEqual(12);
        expect(Math.min(left, top)).toBeGreaterThanOrEqual(0);
        expect(right).toBeLessThanOrEqual(small.width);
        expect(bottom).toBeLessThanOrEqual(small.height);
      }
    // What is large enough is framed as it is.
    const half = { left: 0, top: 0, right: 15_000, bottom: 20_000 };
    expect(sightFrame(half, small).right).toBeCloseTo(15_000 * small.scale);
  });

  it('makes a step that is looked for large enough around its middle', () => {
    const node = { x: 1000, y: 500, height: NODE_HEIGHT };
    const { left, right, top, bottom } = spotted(node, SPOT / 0.005);
    expect((right - left) * 0.005).toBeCloseTo(SPOT);
    expect((left + right) / 2).toBe(1000 + NODE_WIDTH / 2);
    expect((top + bottom) / 2).toBe(500 + NODE_HEIGHT / 2);
    expect(spotted(node, 1)).toEqual({ left: 1000, top: 500, right: 1000 + NODE_WIDTH, bottom: 578 });
  });

  it('has its place kept free where the picture is narrow enough', () => {
    const places = drawn(900, 3000);
    const room = pane(1300, 700, places);
    const view = frame(places, room, LEGIBLE);
    expect(view.x + 900 * view.zoom).toBeLessThanOrEqual(1300 - room.corner!.width);
    // In a narrow pane the picture stays in the middle rather than lose its beginning.
    const narrow = frame(places, pane(803, 700, places), LEGIBLE);
    expect(narrow.x).toBeGreaterThanOrEqual(18);
    // Where all is in sight there is no overview to keep clear of.
    const all = drawn(900, 500);
    expect(frame(all, pane(1100, 700, all), LEGIBLE)).toEqual(
      frame(all, { ...pane(1100, 700, all), corner: null }, LEGIBLE),
    );
  });
});

describe('a step that is brought into sight', () => {
  const lane = { id: 'p', title: 'Phase', x: 0, y: 0, width: 300, height: 1200 };
  const at = (x: number, y: number) => ({ id: 'a', x, y, height: NODE_HEIGHT });
  const view = { x: 18, y: 18, zoom: LEGIBLE };

  it('keeps clear of the overview', () => {
    const places = drawn(3000, 3000);
    const room = pane(900, 700, places);
    const node = at(780, 700);
    const { x, y } = moved(view, node, room);
    const [right, bottom] = [x + (node.x + NODE_WIDTH) * LEGIBLE, y + (node.y + NODE_HEIGHT) * LEGIBLE];
    expect(right <= 900 - room.corner!.width || bottom <= 700 - room.corner!.height).toBe(true);
    expect(moved(view, node, { ...room, corner: null }).x).toBeGreaterThan(x - 1);
    // And what is in sight with room around it does not move.
    expect(moved(view, at(100, 100), room)).toEqual(view);
  });

  it('shows the head of its lane where both have room', () => {
    const places = drawn(300, 2400, [lane, { ...lane, id: 'q', y: 1240, height: 1160 }]);
    const { y } = framedOn(view, places, at(20, 1640), pane(803, 600, places));
    expect(y + 1240 * LEGIBLE).toBeCloseTo(18);
  });

  it('comes to the middle where they have not, and never shows what lies beyond the picture', () => {
    const places = drawn(300, 1200, [lane]);
    const low = pane(803, 250, places);
    const inMiddle = framedOn(view, places, at(20, 600), low).y + (600 + NODE_HEIGHT / 2) * LEGIBLE;
    expect(inMiddle).toBeCloseTo(125);
    expect(framedOn(view, places, at(20, 1080), low).y).toBeCloseTo(250 - 18 - 1200 * LEGIBLE);
    expect(framedOn(view, places, at(20, 50), low)).toEqual(view);
  });
});

describe('the names of lanes', () => {
  const lanes = [
    { id: 'a', title: 'Before', x: 0, y: 0, width: 400, height: 1000 },
    { id: 'b', title: 'Change', x: 440, y: 0, width: 400, height: 1000 },
    { id: 'c', title: '', x: 880, y: 0, width: 400, height: 1000 },
  ];

  it('stay at the edge while their lane is in sight', () => {
    const size = { width: 700, height: 300 };
    expect(headsOf(lanes, { x: 18, y: 18, zoom: 1 }, size)).toEqual([]);
    expect(headsOf(lanes, { x: -200, y: -300, zoom: 1 }, size)).toEqual([
      { id: 'a', title: 'Before', left: 0, width: 200 },
      { id: 'b', title: 'Change', left: 240, width: 400 },
    ]);
    expect(headsOf(lanes, { x: 0, y: -990, zoom: 1 }, size)).toEqual([]);
    expect(headsOf(lanes, { x: -380, y: -300, zoom: 1 }, size).map(({ id }) => id)).toEqual(['b']);
  });

  it('keep their size from afar, on a plate, and are left out where they have no room', () => {
    for (const zoom of [0.02, 0.05, 0.1, 0.25]) {
      const { pen, said } = recorder();
      const far = [{ ...lanes[0]!, width: 90 / zoom, height: 60 / zoom }];
      paintLaneNames(pen, zoom, far, { left: 0, top: 0, right: 1e6, bottom: 1e6 }, ink);
      expect(parseFloat(said.fonts[0]!.slice(4)) * zoom).toBeCloseTo(11);
      expect(said.texts).toEqual(['Before']);
      expect(said.plates).toBe(1);
    }
    const { pen, said } = recorder();
    paintLaneNames(pen, 0.02, lanes, { left: 0, top: 0, right: 1e6, bottom: 1e6 }, ink);
    expect(said.texts).toEqual([]);
    // Near enough they stand above the steps, where nothing is below them.
    paintLaneNames(pen, OVER, lanes, { left: 0, top: 0, right: 1e6, bottom: 1e6 }, ink);
    expect(said.texts).toEqual(['Before', 'Change']);
    expect(said.plates).toBe(0);
  });
});

const ink = new Proxy({}, { get: (_, name) => String(name) }) as Colours;

/** A pen that keeps what it was told. */
function recorder() {
  const said = {
    fonts: [] as string[],
    texts: [] as string[],
    plates: 0,
    strokes: [] as { colour: string; width: number }[],
  };
  const pen = {
    strokeStyle: '',
    lineWidth: 0,
    set font(font: string) {
      said.fonts.push(font);
    },
    measureText: (text: string) => ({ width: text.length }),
    fillText: (text: string) => said.texts.push(text),
    fillRect: () => said.plates++,
    stroke: () => said.strokes.push({ colour: pen.strokeStyle, width: pen.lineWidth }),
    beginPath() {},
    moveTo() {},
    lineTo() {},
    arcTo() {},
    closePath() {},
    fill() {},
    setLineDash() {},
  };
  return { pen: pen as unknown as CanvasRenderingContext2D, said };
}

describe('edges from afar', () => {
  const edges = (count: number) =>
    Array.from({ length: count }, (_, at) =>
      boxed(
        { id: `${at}`, from: 'a', to: 'b', closes: false, points: [0, 0, 0, 50, 100, 50, 100, 90] },
        at % 2 === 0,
      ),
    );
  const box = { left: 0, top: 0, right: 1000, bottom: 1000 };

  it('are faint hair lines where they are few, and none where they are many', () => {
    const few = recorder();
    paintEdges(few.pen, 0.1, { edges: edges(10), matches: null, edge: null }, box, ink);
    expect(few.said.strokes).toEqual([
      { colour: 'line', width: 10 },
      { colour: 'line-strong', width: 10 },
    ]);
    const many = recorder();
    paintEdges(many.pen, 0.05, { edges: edges(FEW + 1), matches: null, edge: null }, box, ink);
    expect(many.said.strokes).toEqual([]);
  });

  it('are drawn as they are from nearer, and the selected one always', () => {
    const near = recorder();
    paintEdges(near.pen, HAIR, { edges: edges(FEW + 1), matches: null, edge: null }, box, ink);
    expect(near.said.strokes.map(({ colour }) => colour)).toEqual(['line-strong', 'text']);
    const chosen = recorder();
    paintEdges(chosen.pen, 0.05, { edges: edges(FEW + 1), matches: null, edge: '7' }, box, ink);
    expect(chosen.said.strokes).toEqual([{ colour: 'accent', width: 34 }]);
  });
});

describe('a card', () => {
  it('carries the marks of its step, the worst first', () => {
    expect(marksOf(row({}))).toEqual([]);
    expect(marksOf(row({ repeatable: true, downtime: true, destructive: true, noUndo: true }))).toEqual([
      'destructive',
      'downtime',
      'noUndo',
      'repeatable',
    ]);
    // A step of no return needs no second mark for that.
    expect(marksOf(row({ pointOfNoReturn: true, noUndo: true }))).toEqual(['return']);
    expect(marksIn([row({ repeatable: true }), row({ destructive: true }), row({})])).toEqual([
      'destructive',
      'repeatable',
    ]);
    expect([0, 1, 2, 3, 4, 5, 6].map(abreast)).toEqual([0, 1, 2, 2, 2, 3, 3]);
  });

  it('says of a running step how long it runs, and of another how long it took or is to take', () => {
    const ran = { status: 'running' as const, startMs: 60_000, finishMs: null, elapsedMs: null };
    const running = row({ status: 'running', ran, plannedMs: 2_400_000 });
    expect(timeOf(running, 72_600)).toBe('12s of 40m');
    expect(timeOf(running, 59_000)).toBe('0s of 40m');
    expect(timeOf({ ...running, plannedMs: null }, 72_600)).toBe('12s');
    expect(timeOf(running, null)).toBe('40m');
    // An undo has no planned time; one that has ended has its own.
    const undoing = row({ status: 'running', back: true, ran: null, undo: ran, plannedMs: 2_400_000 });
    expect(timeOf(undoing, 150_000)).toBe('1m30s');
    const undone = { ...ran, status: 'undone' as const, finishMs: 65_000, elapsedMs: 5000 };
    expect(timeOf(row({ status: 'undone', back: true, undo: undone, elapsedMs: 9000 }), 150_000)).toBe('5s');
    expect(timeOf(row({ status: 'succeeded', elapsedMs: 9000, plannedMs: 60_000 }), 150_000)).toBe('9s');
    expect(timeOf(row({ plannedMs: 60_000 }), null)).toBe('1m');
  });
});

describe('the legend of the graph', () => {
  let mounted: ReturnType<typeof mount> | null = null;
  afterEach(async () => {
    if (mounted) await unmount(mounted);
    mounted = null;
    document.body.innerHTML = '';
  });
  const find = (id: string) => document.querySelector<HTMLElement>(`[data-testid=${id}]`);

  it('opens from its button and with a key, lists the marks that occur, and closes with Escape', () => {
    const rows = [row({ id: 'a', downtime: true, critical: false }), row({ id: 'b', critical: false })];
    mounted = mount(Graph, {
      target: document.body,
      props: { rows, lanes: [], selected: null, onselect: () => {} },
    });
    flushSync();
    const button = find('graph-legend-open')!;
    expect(button.getAttribute('aria-expanded')).toBe('false');
    button.click();
    flushSync();
    expect(button.getAttribute('aria-expanded')).toBe('true');
    const items = [...find('graph-legend')!.querySelectorAll('li')].map((item) => item.textContent?.trim());
    expect(items).toEqual(['The application is down while it runs']);
    expect(find('graph-said')!.textContent).toBe('The application is down while it runs.');
    const press = (on: HTMLElement, key: string) => {
      on.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      flushSync();
    };
    press(button, 'Escape');
    expect(find('graph-legend')).toBeNull();
    press(find('graph-stage')!, 'm');
    expect(find('graph-legend')).not.toBeNull();
    press(find('graph-stage')!, 'Escape');
    expect(find('graph-legend')).toBeNull();
  });
});
