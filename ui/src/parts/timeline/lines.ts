// The lines of a timeline: the phases as headings and summaries, and under them their steps.
import type { Lane, Row } from '../shapes';
import { times } from './bars';
import type { Times } from './follow';

export type PhaseLine = {
  kind: 'phase';
  key: string;
  title: string;
  /** First start and last end of the steps under it. */
  from: number | null;
  to: number | null;
};
export type StepLine = { kind: 'step'; key: string; row: Row };
export type Line = PhaseLine | StepLine;
/** A dependency between two lines. */
export type Edge = { from: number; to: number };

/** Returns the lines; `lies` says where a row lies, without it where it is planned. */
export function linesOf(
  rows: Row[],
  lanes: Lane[],
  lies: (row: Row) => Times | null = (row) => times(row, null),
): Line[] {
  const titles = new Map(lanes.map((lane) => [lane.id, lane.title]));
  const list: Line[] = [];
  let phase: string | null = null;
  let head: PhaseLine | null = null;
  for (const row of rows) {
    if (row.phase !== phase) {
      phase = row.phase;
      head = null;
      if (phase !== null) {
        head = {
          kind: 'phase',
          key: `${row.id}/${phase}`,
          title: titles.get(phase) ?? phase,
          from: null,
          to: null,
        };
        list.push(head);
      }
    }
    const there = head && lies(row);
    if (head && there) {
      head.from = Math.min(head.from ?? there.start, there.start);
      head.to = Math.max(head.to ?? 0, there.finish);
    }
    list.push({ kind: 'step', key: row.id, row });
  }
  return list;
}

/** Returns which line each step is on. */
export function placesOf(lines: Line[]): Map<string, number> {
  const places = new Map<string, number>();
  lines.forEach((line, index) => {
    if (line.kind === 'step') places.set(line.row.id, index);
  });
  return places;
}

export function edgesOf(lines: Line[], places: Map<string, number>): Edge[] {
  const edges: Edge[] = [];
  lines.forEach((line, to) => {
    if (line.kind !== 'step') return;
    for (const before of line.row.after) {
      const from = places.get(before);
      if (from !== undefined) edges.push({ from, to });
    }
  });
  return edges;
}
