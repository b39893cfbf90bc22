// A plan with a mistake may give two things one id; what is drawn is told apart by its id, so each is drawn once.
import type { Plan } from '../ipc/types';

/** Returns the plan with the first of all that share an id; the document alone shows the others, with their problem. */
export function once(plan: Plan): Plan {
  const steps = first(plan.steps).map((step) => {
    const checks = first(step.checks);
    return checks === step.checks ? step : { ...step, checks };
  });
  const checklists = first(plan.checklists).map((list) => {
    const items = first(list.items);
    return items === list.items ? list : { ...list, items };
  });
  return {
    ...plan,
    steps,
    checklists,
    phases: first(plan.phases),
    windows: first(plan.windows),
    criteria: first(plan.criteria),
    risks: first(plan.risks),
    cards: first(plan.cards),
    targets: first(plan.targets),
  };
}

function first<T extends { id: string }>(list: T[]): T[] {
  const seen = new Set(list.map(({ id }) => id));
  if (seen.size === list.length) return list;
  return list.filter(({ id }) => seen.delete(id));
}
