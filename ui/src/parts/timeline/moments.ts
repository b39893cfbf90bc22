// The moments of a timeline, and where their names stand above it: none covers another, no line runs through a name.
import type { Row } from '../shapes';
import { times } from './bars';
import type { Expected } from './forecast';
import type { Layout } from './opening';
import { x, type View } from './scale';

/** A moment with a name, at a distance from the start of the axis. */
export type Named = { x: number; text: string };
export type Side = 'left' | 'right';
/** The same with its row, 0 the upper, and the side of its line on which the name stands. */
export type Placed<M extends Named> = M & { row: number; side: Side };

/** Returns a width the name surely fits in, in pixels. */
export function nameWidth(text: string): number {
  return text.length * 6.7 + 12;
}

/**
 * Places at most two moments; `room` is how far to the right a name can be read.
 *
 * The line of a moment goes down from its own row. A name on the side away from the other's line is not crossed by it:
 * so the earlier one stands below and to the left of its line, or, where there is no space, above and to the right.
 */
export function placed<M extends Named>(moments: M[], room: number): Placed<M>[] {
  const [first, second] = moments.toSorted((a, b) => a.x - b.x);
  if (!first) return [];
  const side = (moment: M): Side => (moment.x + nameWidth(moment.text) > room ? 'left' : 'right');
  if (!second) return [{ ...first, row: 0, side: side(first) }];
  return first.x >= nameWidth(first.text)
    ? [
        { ...first, row: 1, side: 'left' },
        { ...second, row: 0, side: side(second) },
      ]
    : [
        { ...first, row: 0, side: 'right' },
        { ...second, row: 1, side: side(second) },
      ];
}

/** A moment that a line marks from top to bottom. */
export type Moment = {
  kind: 'return' | 'rollback';
  at: number;
  /** How sure it is; missing where nothing is expected but planned, or past. */
  sure?: 'about' | 'not before';
  /** True when it is the latest start of a rollback, too. */
  both?: boolean;
};

/** Returns the moments, those at the same time as one: two lines over each other could not be told apart. */
export function joined(moments: Moment[]): Moment[] {
  const rollback = moments.find(({ kind }) => kind === 'rollback');
  const last = moments.find(({ kind }) => kind === 'return');
  // The second is what the times are written to.
  const same = rollback && last && !last.sure && Math.abs(rollback.at - last.at) < 1000;
  return same ? [{ ...last, both: true }] : moments;
}

/** Returns the names of the moments in sight, placed. */
export function namesOf(moments: Moment[], view: View, width: number, text: (moment: Moment) => string) {
  const named = moments.map((moment) => ({ kind: moment.kind, x: x(view, moment.at), text: text(moment) }));
  return placed(
    named.filter((name) => name.x >= 0 && name.x <= width),
    width,
  );
}

/** Returns when there is no way back any more: as planned, as it was, or as it is expected from now on. */
export function returnOf(
  row: Row,
  { plan, course, moved }: Layout,
  expected: Map<string, Expected> | null,
): Moment[] {
  if (course === 'plan') {
    const at = times(row, moved)?.start;
    return at === undefined ? [] : [{ kind: 'return', at }];
  }
  if (row.ran) return [{ kind: 'return', at: row.ran.startMs }];
  const there = plan ? expected?.get(row.id) : undefined;
  return there ? [{ kind: 'return', at: there.start, sure: there.unsure ? 'not before' : 'about' }] : [];
}
