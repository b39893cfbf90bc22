// What is wrong with the steps of a plan that has mistakes.
import { many } from '../../words/format';
import type { Row } from '../shapes';
import { MARKS, marksOf } from './marks';
import type { Joined } from './route';
import { circleText, way, type Followers } from './walk';

/** Sentences by the id of the step they are about. */
export type Troubles = ReadonlyMap<string, readonly string[]>;

/** Most cycles that are followed; a person mends one after the other. */
const MOST = 50;

/** Returns what is known of steps, and, of those in a cycle that nothing else is known of, the cycle. */
export function troublesOf(known: Troubles, closing: Joined[], followers: () => Followers): Troubles {
  // The followers change with every row, so that only a plan with a cycle asks for them.
  if (closing.length === 0) return known;
  const all = new Map(known);
  for (const { from, to } of closing.slice(0, MOST)) {
    const round = way(followers(), to, from);
    for (const id of round ?? [])
      if (!all.has(id)) all.set(id, [`In a cycle that can never start: ${circleText([...round!, to])}`]);
  }
  return all;
}

/** Returns the troubles of a step in one sentence. */
export function troubleText(list: readonly string[]): string {
  const [first = ''] = list;
  return list.length > 1 ? `${many(list.length, 'problem')}, the first: ${first}` : `Problem: ${first}`;
}

/** Returns a step in words; what is wrong with it comes right after its name. */
export function inWords(row: Row, wrong: readonly string[] | undefined): string {
  const parts = [row.title, wrong ? troubleText(wrong) : '', row.kind, row.status];
  if (row.critical) parts.push('on the critical path');
  for (const mark of marksOf(row)) parts.push(MARKS[mark].name);
  return parts.filter(Boolean).join(', ');
}
