// The signs on a card that say what is special about a step: which it carries, what they mean, how they stand.
import type { Row } from '../shapes';
import type { Tint } from '../../words/words';

export type Mark = 'destructive' | 'downtime' | 'return' | 'noUndo' | 'repeatable';

/** What each sign means, in a word and in a sentence, and the colour it has. */
export const MARKS: Record<
  Mark,
  { name: string; text: string; tint: Extract<Tint, 'bad' | 'look' | 'idle'> }
> = {
  destructive: { name: 'destroys data', text: 'Destroys data', tint: 'bad' },
  downtime: { name: 'downtime', text: 'The application is down while it runs', tint: 'look' },
  return: {
    name: 'point of no return',
    text: 'Point of no return: no way back after this step',
    tint: 'bad',
  },
  noUndo: { name: 'no undo', text: 'No undo: a rollback does not take it back', tint: 'idle' },
  repeatable: {
    name: 'may run twice',
    text: 'May run twice: it may be repeated after a crash',
    tint: 'idle',
  },
};

const known = new WeakMap<Row, Mark[]>();

/** Returns the signs of a step; kept, since a card asks at every frame. */
export function marksOf(row: Row): Mark[] {
  let marks = known.get(row);
  if (!marks) {
    marks = [];
    if (row.destructive) marks.push('destructive');
    if (row.downtime) marks.push('downtime');
    if (row.pointOfNoReturn) marks.push('return');
    // Where there is no way back at all, that says it.
    else if (row.noUndo) marks.push('noUndo');
    if (row.repeatable) marks.push('repeatable');
    known.set(row, marks);
  }
  return marks;
}

/** Returns the signs that occur, in the order a card has them. */
export function marksIn(rows: Row[]): Mark[] {
  const met = new Set<Mark>();
  for (const row of rows) for (const mark of marksOf(row)) met.add(mark);
  return (Object.keys(MARKS) as Mark[]).filter((mark) => met.has(mark));
}

/** Returns what the signs that occur mean, to be heard. */
export function marksSaid(rows: Row[]): string {
  const texts = marksIn(rows).map((mark) => MARKS[mark].text);
  return texts.length > 0 ? `${texts.join('. ')}.` : 'No step carries a mark.';
}

/** Returns how many signs stand side by side: two at most in one line, more in two, so that the title keeps its room. */
export function abreast(count: number): number {
  return count <= 2 ? count : Math.ceil(count / 2);
}
