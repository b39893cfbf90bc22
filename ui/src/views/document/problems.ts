// The problems of a plan in the order of its file, and by step.
import type { Plan, Problem } from '../../ipc/types';
import type { Troubles } from '../../parts/graph/troubles';
import { exact } from '../../parts/grid/visible';
import { plain } from '../../words/code';
import { count, many } from '../../words/format';
import { keysOf, placed } from './outline';

/** Returns the problems by line and column; those of the whole file come first. */
export function inOrder(problems: Problem[]): Problem[] {
  return [...problems].sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

const NONE: Troubles = new Map();

/** Returns what is wrong with each step, in words and in the order of the file. */
export function ofSteps(plan: Plan | null): Troubles {
  if (!plan || plan.problems.length === 0) return NONE;
  const found = new Map<string, string[]>();
  const places = plan.places.filter(({ sort }) => sort === 'step');
  const ids = new Map(keysOf('step', places).map((key, at) => [key, places[at]!.id]));
  // The graph draws the first of those that share an id, so it tells what is wrong with the others, too.
  for (const [key, problems] of placed({ ...plan, problems: inOrder(plan.problems) })) {
    const id = ids.get(key);
    if (id === undefined) continue;
    const told = problems.map(({ message }) => exact(plain(message)));
    found.set(id, [...(found.get(id) ?? []), ...told]);
  }
  return found;
}

/** Returns how many of the rows, which lie one below the other, fit whole into `room`; one is shown in any case. */
export function wholeRows(bottoms: number[], room: number): number {
  const over = bottoms.findIndex((bottom) => bottom > room);
  return over < 0 ? bottoms.length : Math.max(1, over);
}

/** Writes how many steps a plan has; one that repeats the id of another is shown by the document alone. */
export function stepCount({ steps }: Pick<Plan, 'steps'>): string {
  const drawn = new Set(steps.map(({ id }) => id)).size;
  const more = steps.length - drawn;
  if (more === 0) return many(drawn, 'step');
  return `${many(drawn, 'step')}, ${count(more)} more with ${more === 1 ? 'a repeated id' : 'repeated ids'}`;
}
