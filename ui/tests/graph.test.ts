import { describe, expect, it } from 'vitest';
import type { Lane, Row } from '../src/parts/shapes';
import { closingEdges, layers } from '../src/parts/graph/layers';
import { layout, type Pane, type Placeable } from '../src/parts/graph/layout';
import { Placing, type Answered, type Asked } from '../src/parts/graph/placing.svelte';
import { LEGIBLE, NODE_HEIGHT, NODE_WIDTH, openedHeight } from '../src/parts/graph/sizes';
import { inWords, troublesOf } from '../src/parts/graph/troubles';
import { allBefore, along, beside, circleText, followersOf, found, way } from '../src/parts/graph/walk';
import { lanes, plannedRows } from '../src/state/rows';
import { bigPlan, plan } from './mock/material';

const steps = (rows: Row[], height = NODE_HEIGHT): Placeable[] =>
  rows.map(({ id, phase, after }) => ({ id, phase, after, height }));

/** 5,000 steps in 12 phases, with three edges each from some way back. */
function woven(count: number): Placeable[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `s${index}`,
    phase: `p${Math.floor((index * 12) / count)}`,
    after: [1, 7, 30].flatMap((back) =>
      index >= back && (index * back) % 4 !== 3 ? [`s${index - back}`] : [],
    ),
    height: index % 97 === 0 ? 240 : NODE_HEIGHT,
  }));
}

/** Fails when two steps overlap; looks only at those of one row of cells, so that 5,000 are soon seen. */
function expectApart(nodes: { id: string; x: number; y: number; height: number }[]) {
  const cells = new Map<string, typeof nodes>();
  for (const node of nodes) {
    for (let y = Math.floor(node.y / 100); y <= Math.floor((node.y + node.height) / 100); y++) {
      for (let x = Math.floor(node.x / 100); x <= Math.floor((node.x + NODE_WIDTH) / 100); x++) {
        const cell = cells.get(`${x} ${y}`) ?? [];
        for (const other of cell) {
          const over =
            node.x < other.x + NODE_WIDTH &&
            other.x < node.x + NODE_WIDTH &&
            node.y < other.y + other.height &&
            other.y < node.y + node.height;
          expect(over, `${node.id} and ${other.id}`).toBe(false);
        }
        cell.push(node);
        cells.set(`${x} ${y}`, cell);
      }
    }
  }
}

/** Returns the edges that cross a step which is none of their ends. */
function crossings({ nodes, edges }: ReturnType<typeof layout>): string[] {
  const found: string[] = [];
  for (const edge of edges) {
    for (let at = 2; at < edge.points.length; at += 2) {
      const [ax, ay, bx, by] = edge.points.slice(at - 2, at + 2) as [number, number, number, number];
      for (const node of nodes) {
        if (node.id === edge.from || node.id === edge.to) continue;
        const beside = Math.max(ax, bx) <= node.x || Math.min(ax, bx) >= node.x + NODE_WIDTH;
        const level = Math.max(ay, by) <= node.y || Math.min(ay, by) >= node.y + node.height;
        if (!beside && !level) found.push(`${edge.id} over ${node.id}`);
      }
    }
  }
  return found;
}

type Segment = [ax: number, ay: number, bx: number, by: number];

/** Returns the straight parts of an edge. */
function segments(points: number[]): Segment[] {
  return Array.from(
    { length: points.length / 2 - 1 },
    (_, at) => points.slice(2 * at, 2 * at + 4) as Segment,
  );
}

/** Returns the edges of which a part runs within `room` of the border of a lane, and beside it. */
function onBorders({ lanes: placed, edges }: ReturnType<typeof layout>, room: number): string[] {
  const found: string[] = [];
  for (const edge of edges)
    for (const [ax, ay, bx, by] of segments(edge.points))
      for (const lane of placed.filter((one) => one.title !== '')) {
        const [right, bottom] = [lane.x + lane.width, lane.y + lane.height];
        const level =
          ay === by &&
          [lane.y, bottom].some((y) => Math.abs(y - ay) < room) &&
          Math.max(ax, bx) > lane.x &&
          Math.min(ax, bx) < right;
        const upright =
          ax === bx &&
          [lane.x, right].some((x) => Math.abs(x - ax) < room) &&
          Math.max(ay, by) > lane.y &&
          Math.min(ay, by) < bottom;
        if (level || upright) found.push(`${edge.id} on ${lane.id}`);
      }
  return found;
}

const one = (id: string, after: string[], phase: string | null = null): Placeable => ({
  id,
  phase,
  after,
  height: NODE_HEIGHT,
});

describe('the layout of the graph', () => {
  it('gives every one of 5,000 steps a place of its own, opened ones too', () => {
    const { nodes } = layout(woven(5000), []);
    expect(nodes).toHaveLength(5000);
    expectApart(nodes);
  });

  it('is the same for the same plan', () => {
    expect(layout(woven(5000), [])).toEqual(layout(woven(5000), []));
  });

  it('leads no edge over a step that is none of its ends', () => {
    expect(crossings(layout(woven(400), []))).toEqual([]);
    expect(crossings(layout(steps(plannedRows(plan())), lanes(plan())))).toEqual([]);
  });

  it('leads no edge along the border of a lane, and none out of the picture', () => {
    for (const [of, names] of [
      [steps(plannedRows(plan())), lanes(plan())],
      [woven(60), []],
      [woven(2000), []],
      [[...woven(60), one('back', ['s59'], 'p0'), one('last', ['back'], 'p11')], []],
    ] as [Placeable[], Lane[]][]) {
      for (const pane of [
        { width: 790, height: 420 },
        { width: 1600, height: 900 },
      ]) {
        const places = layout(of, names, pane);
        expect(onBorders(places, 5)).toEqual([]);
        for (const { id, points } of places.edges)
          for (let at = 0; at < points.length; at += 2) {
            const [x, y] = [points[at]!, points[at + 1]!];
            expect(x > 0 && x < places.width && y > 0 && y < places.height, `${id} at ${x} ${y}`).toBe(true);
          }
      }
    }
  });

  it('keeps the steps of a phase in its lane and the lanes apart', () => {
    const { nodes, lanes: placed } = layout(woven(300), []);
    const phaseOf = new Map(woven(300).map((step) => [step.id, step.phase]));
    for (const node of nodes) {
      const lane = placed.find((one) => one.id === phaseOf.get(node.id))!;
      expect(node.x).toBeGreaterThanOrEqual(lane.x);
      expect(node.x + NODE_WIDTH).toBeLessThanOrEqual(lane.x + lane.width);
      expect(node.y).toBeGreaterThanOrEqual(lane.y);
      expect(node.y + node.height).toBeLessThanOrEqual(lane.y + lane.height);
    }
    for (const a of placed)
      for (const b of placed)
        if (a !== b)
          expect(
            a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y,
          ).toBe(true);
  });

  it('puts a step below the one it waits for in the same phase', () => {
    const places = new Map(
      layout(steps(plannedRows(plan())), lanes(plan())).nodes.map((node) => [node.id, node]),
    );
    expect(places.get('fill-users')!.y).toBeGreaterThan(places.get('add-columns')!.y);
    expect(places.get('fill-users')!.y).toBe(places.get('fill-campaigns')!.y);
  });

  it('does not break the shelves anew when a step is opened', () => {
    const pane = { width: 790, height: 420 };
    const shut = layout(woven(60), [], pane);
    const open = layout(
      woven(60).map((step) => ({ ...step, height: step.id === 's20' ? 400 : step.height })),
      [],
      pane,
    );
    expect(open.nodes.map(({ id, x }) => [id, x])).toEqual(shut.nodes.map(({ id, x }) => [id, x]));
    expect(open.height).toBeGreaterThan(shut.height);
  });

  it('ends on a circle, on an edge to itself and on edges from nowhere', () => {
    const circle = [
      { id: 'a', phase: null, after: ['b', 'nowhere', 'a'], height: NODE_HEIGHT },
      { id: 'b', phase: null, after: ['a'], height: NODE_HEIGHT },
    ];
    const { nodes, edges } = layout(circle, []);
    expectApart(nodes);
    expect(edges.map((edge) => edge.id)).toEqual(['b→a', 'a→b']);
  });

  it('leads the way back of a cycle along the side of its own steps', () => {
    const apart = [one('apart', []), one('other', [])];
    for (const [circle, back] of [
      [[...apart, one('a', ['b']), one('b', ['a'])], 'b→a'],
      [[one('a', ['c']), one('b', ['a']), one('c', ['b']), ...apart], 'c→a'],
      [[one('a', ['d']), one('b', ['a']), one('c', ['a']), one('d', ['b', 'c']), ...apart], 'd→a'],
      [
        woven(80).map((step) => ({ ...step, after: step.id === 's40' ? ['s39', 's41'] : step.after })),
        's41→s40',
      ],
    ] as [Placeable[], string][]) {
      const places = layout(circle, []);
      expectApart(places.nodes);
      expect(crossings(places)).toEqual([]);
      expect(onBorders(places, 5)).toEqual([]);
      expect(places.edges.filter(({ closes }) => closes).map(({ id }) => id)).toEqual([back]);
      const { from, to, points } = places.edges.find(({ id }) => id === back)!;
      const [start, end] = [from, to].map((id) => places.nodes.find((node) => node.id === id)!);
      // From above to below the steps stand as in a plan without the way back.
      expect(start!.y).toBeGreaterThan(end!.y);
      // Out and in at a side, and never further away than the outermost step between them.
      expect(points[1]).toBe(points[3]);
      expect(points.at(-1)).toBe(points.at(-3));
      const between = places.nodes.filter(({ y }) => y >= end!.y && y <= start!.y);
      const own = between.filter(({ id }) => !apart.some((step) => step.id === id));
      const [left, right] = [Math.min(...own.map(({ x }) => x)), Math.max(...own.map(({ x }) => x))];
      for (let at = 0; at < points.length; at += 2) {
        expect(points[at]).toBeGreaterThan(left - 16);
        expect(points[at]).toBeLessThan(right + NODE_WIDTH + 16);
      }
    }
  });

  it('leaves out one edge of a cycle and none where there is no cycle', () => {
    expect(closingEdges(woven(500)).size).toBe(0);
    const two = [
      one('a', ['a', 'b']),
      one('b', ['a']),
      one('behind', ['b']),
      one('d', ['e']),
      one('e', ['d']),
    ];
    const closing = closingEdges(two);
    expect([...closing].map(([id, before]) => [id, ...before])).toEqual([
      ['a', 'b'],
      ['d', 'e'],
    ]);
    expect([...layers(two, closing)].sort()).toEqual([
      ['a', 0],
      ['b', 1],
      ['behind', 2],
      ['d', 0],
      ['e', 1],
    ]);
    const many = 20_000;
    const round = Array.from({ length: many }, (_, at) => one(`s${at}`, [`s${(at + many - 1) % many}`]));
    expect([...closingEdges(round)].map(([id, before]) => [id, ...before])).toEqual([['s0', `s${many - 1}`]]);
  });

  it('folds 20,000 steps that follow each other, and 5,000 that wait for nothing, to the shape of a screen', () => {
    for (const many of [
      steps(plannedRows(bigPlan(20_000))).map((step) => ({ ...step, phase: null })),
      woven(5000).map((step) => ({ ...step, phase: null, after: [] })),
    ]) {
      const { width, height } = layout(many, []);
      expect(width / height).toBeGreaterThan(0.3);
      expect(width / height).toBeLessThan(4);
    }
  });

  it('is no wider than can be read where the whole cannot be', () => {
    const twelve = steps(plannedRows(bigPlan(60))).map((step, index) => ({
      ...step,
      phase: `p${index % 12}`,
      after: index < 12 ? [] : [`s${index - 12}`],
    }));
    const pane = { width: 790, height: 420 };
    const { lanes: placed, width } = layout(twelve, [], pane);
    expect(width * LEGIBLE).toBeLessThanOrEqual(pane.width);
    expect(new Set(placed.map((lane) => lane.y)).size).toBeGreaterThan(1);
  });

  it('has nothing to place in an empty plan', () => {
    expect(layout([], [])).toEqual({ nodes: [], lanes: [], edges: [], width: 0, height: 0 });
  });

  it('makes an opened step as high as its list', () => {
    const one = { label: 'SQL', text: 'SELECT 1', code: true };
    expect(openedHeight([one, one])).toBeGreaterThan(openedHeight([one]));
    expect(openedHeight(Array(50).fill(one))).toBe(openedHeight(Array(7).fill(one)));
  });
});

describe('the thread that lays out', () => {
  /** A thread that answers when it is told to. */
  function slow() {
    const asked: Asked[] = [];
    const worker = {
      onmessage: null as ((event: MessageEvent<Answered>) => void) | null,
      onerror: null as (() => void) | null,
      postMessage: (question: Asked) => asked.push(question),
      terminate: () => {},
    };
    const answer = (which: number) => {
      const { turn, steps: of } = asked[which]!;
      worker.onmessage!({ data: { turn, places: layout(of, []) } } as MessageEvent<Answered>);
    };
    return { asked, worker, answer, placing: new Placing(() => worker as unknown as Worker) };
  }
  const pane: Pane = { width: 800, height: 600 };

  it('drops an answer to a question that is no longer asked, and skips those that were overtaken', () => {
    const { placing, asked, answer } = slow();
    placing.ask(woven(1), [], pane);
    placing.ask(woven(2), [], pane);
    placing.ask(woven(3), [], pane);
    expect(asked).toHaveLength(1);
    answer(0);
    expect(placing.places.nodes).toHaveLength(0);
    expect(asked.map((question) => question.steps.length)).toEqual([1, 3]);
    answer(1);
    expect(placing.places.nodes).toHaveLength(3);
  });

  it('is done without where it cannot be had', () => {
    const { placing, worker } = slow();
    placing.ask(woven(4), [], pane);
    worker.onerror!();
    expect(placing.places.nodes).toHaveLength(4);
    placing.ask(woven(5), [], pane);
    expect(placing.places.nodes).toHaveLength(5);
  });
});

describe('finding one’s way in the graph', () => {
  const rows = plannedRows(plan());
  const byId = new Map(rows.map((row) => [row.id, row]));
  const followers = followersOf(rows);

  it('finds steps by all words, in title, id, kind, status and owner', () => {
    expect(found(rows, '  ')).toBeNull();
    expect(found(rows, 'FILL users')).toEqual(['fill-users']);
    expect(found(rows, 'gate')).toEqual(rows.filter((row) => row.kind === 'gate').map((row) => row.id));
    expect(found(rows, 'no such thing')).toEqual([]);
  });

  it('names the circle an edge would close', () => {
    const circle = way(followers, 'add-columns', 'index')!;
    expect(circle[0]).toBe('add-columns');
    expect(circle.at(-1)).toBe('index');
    for (let at = 1; at < circle.length; at++) expect(byId.get(circle[at]!)!.after).toContain(circle[at - 1]);
    expect(way(followers, 'index', 'add-columns')).toBeNull();
    expect(allBefore(byId, 'index').has('add-columns')).toBe(true);
    expect(allBefore(byId, 'add-columns').has('index')).toBe(false);
  });

  it('leaves the middle of a long circle out', () => {
    const ids = Array.from({ length: 40 }, (_, index) => `s${index}`);
    expect(circleText(ids)).toBe('s0 → s1 → s2 → s3 → … → s37 → s38 → s39');
  });

  it('walks along edges, the critical one first, and beside them', () => {
    const { nodes } = layout(steps(rows), lanes(plan()));
    expect(along(byId, followers, 'add-columns', 'down')).toBe('fill-users');
    expect(along(byId, followers, 'fill-users', 'up')).toBe('add-columns');
    expect(along(byId, followers, rows[0]!.id, 'up')).toBeNull();
    expect(beside(nodes, 'fill-users', 'right')).toBe('fill-campaigns');
    expect(beside(nodes, 'fill-campaigns', 'left')).toBe('fill-users');
  });
});

describe('what is wrong with steps', () => {
  const rows = plannedRows(plan());
  const row = rows[0]!;

  it('is said right after their name, with the number where there are several', () => {
    expect(inWords(row, undefined)).toBe(`${row.title}, check, planned, on the critical path`);
    expect(inWords(row, ['no kind'])).toContain(`${row.title}, Problem: no kind, check`);
    expect(inWords(row, ['no kind', 'no id'])).toContain(
      `${row.title}, 2 problems, the first: no kind, check`,
    );
  });

  it('is, in a cycle, the cycle, where nothing else is known', () => {
    const circle = [one('a', ['c']), one('b', ['a']), one('c', ['b']), one('apart', [])];
    const followers = followersOf(circle.map((step) => ({ ...row, ...step })));
    const closing = layout(circle, []).edges.filter(({ closes }) => closes);
    const known = new Map([['b', ['no kind']]]);
    const all = troublesOf(known, closing, () => followers);
    expect([...all].map(([id, [first]]) => [id, first])).toEqual([
      ['b', 'no kind'],
      ['a', 'In a cycle that can never start: a → b → c → a'],
      ['c', 'In a cycle that can never start: a → b → c → a'],
    ]);
    expect(troublesOf(known, [], () => followers)).toBe(known);
  });
});
