import { describe, expect, it } from 'vitest';
import { byPhase, layout, LEGIBLE, neighbourhood, NODE_HEIGHT, NODE_WIDTH } from '../src/parts/layout';
import { nameWidth, placed } from '../src/parts/moments';
import { ticks } from '../src/parts/ticks';
import { lanes, plannedRows } from '../src/state/rows';
import { bigPlan, plan } from './mock/material';

describe('the graph', () => {
  it('gives every step a place of its own', () => {
    const { nodes } = layout(plannedRows(plan()), lanes(plan()));
    expect(nodes).toHaveLength(plan().steps.length);
    for (const a of nodes) {
      for (const b of nodes) {
        if (a.id === b.id) continue;
        const apart = Math.abs(a.x - b.x) >= NODE_WIDTH || Math.abs(a.y - b.y) >= NODE_HEIGHT;
        expect(apart, `${a.id} and ${b.id}`).toBe(true);
      }
    }
  });

  it('puts a step below the one it waits for in the same phase', () => {
    const places = new Map(layout(plannedRows(plan()), lanes(plan())).nodes.map((node) => [node.id, node]));
    expect(places.get('fill-users')!.y).toBeGreaterThan(places.get('add-columns')!.y);
    expect(places.get('fill-users')!.y).toBe(places.get('fill-campaigns')!.y);
  });

  it('marks the edges of the critical path and no others', () => {
    const critical = layout(plannedRows(plan()), []).edges.filter((edge) => edge.critical);
    expect(critical.some((edge) => edge.id === 'add-columns→fill-users')).toBe(true);
    expect(critical.some((edge) => edge.to === 'fill-campaigns')).toBe(false);
  });

  it('ends on a circle and on edges from nowhere', () => {
    const rows = plannedRows(plan()).slice(0, 2);
    rows[0]!.after = [rows[1]!.id, 'nowhere'];
    rows[1]!.after = [rows[0]!.id];
    expect(layout(rows, []).nodes).toHaveLength(2);
  });

  it('folds a plan of 20,000 steps into its phases or what lies around one step', () => {
    const rows = plannedRows(bigPlan(20_000));
    const phases = byPhase(rows, []);
    expect(phases).toHaveLength(40);
    expect(phases[0]!.kind).toBe('500 steps');
    expect(neighbourhood(rows, 's100', 2, 200).map((row) => row.id)).toEqual([
      's98',
      's99',
      's100',
      's101',
      's102',
    ]);
    expect(layout(rows, []).nodes).toHaveLength(20_000);
  });

  it('is no wider than can be read where the whole cannot be', () => {
    const all = plannedRows(bigPlan(60));
    // Twelve phases of five steps, one after the other.
    const rows = all.map((row, index) => ({
      ...row,
      phase: `p${index % 12}`,
      after: index < 12 ? [] : [all[index - 12]!.id],
    }));
    const pane = { width: 790, height: 420 };
    const { lanes: placed } = layout(rows, [], pane);
    const width = Math.max(...placed.map((lane) => lane.x + lane.width));
    expect(width * LEGIBLE).toBeLessThanOrEqual(pane.width);
    expect(new Set(placed.map((lane) => lane.y)).size).toBeGreaterThan(1);
  });

  it('has nothing to place in an empty plan', () => {
    expect(layout([], []).nodes).toEqual([]);
  });
});

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

  it('stand to the left of their line where the axis ends', () => {
    expect(placed([at(880, 'point of no return 23:20')], 900)[0]!.side).toBe('left');
    expect(placed([at(20, 'point of no return 23:20')], 900)[0]!.side).toBe('right');
    expect(placed([], 900)).toEqual([]);
  });
});

describe('the time axis', () => {
  it('sets round marks that have room for their words', () => {
    const marks = ticks(5_940_000, 800, 78);
    expect(marks[1]!.at).toBe(600_000);
    expect((800 * marks[1]!.at) / 5_940_000).toBeGreaterThanOrEqual(78);
  });

  it('never sets marks without end', () => {
    expect(ticks(1e15, 100, 78).length).toBeLessThan(5);
    expect(ticks(0, 100, 78)).toEqual([]);
  });
});
