// What an edit makes of the plan as it is shown, before the file has it: titles, names and notes, and nothing that is
// reckoned from them.
import type { Edit, Plan } from '../ipc/types';

/** Returns the plan with the words of these edits in it; the same plan when they change none. */
export function echoed(plan: Plan, edits: Edit[]): Plan {
  return edits.reduce(one, plan);
}

function one(plan: Plan, edit: Edit): Plan {
  if (edit.do !== 'set' || edit.path.length !== 1) return plan;
  const { sort, id, value } = edit;
  const key = edit.path[0]!;
  if (value !== null && typeof value !== 'string') return plan;
  // Without a title an element is named by its id.
  const text = value ?? (key === 'title' ? id : '');
  if (sort === 'plan' && (key === 'name' || key === 'summary')) return { ...plan, [key]: text };
  if (sort === 'step' && (key === 'title' || key === 'notes'))
    return { ...plan, steps: changed(plan.steps, id, key, text) };
  if (sort === 'phase' && (key === 'title' || key === 'summary'))
    return { ...plan, phases: changed(plan.phases, id, key, text) };
  return plan;
}

/** Returns the list with one element changed; the others stay the very same. */
function changed<T extends { id: string }>(list: T[], id: string, key: keyof T, text: string): T[] {
  return list.map((element) => (element.id === id ? { ...element, [key]: text } : element));
}
