// A plan with a mistake may give two things one id; what is drawn is told apart by its id, so each is drawn once.
import type { Plan, Step } from '../ipc/types';

/** Returns the plan with the first of all that share an id; the document alone shows the others, with their problem. */
export function once(plan: Plan): Plan {
  const steps = first(plan.steps);
  const checklists = first(plan.checklists).map((list) => {
    const items = first(list.items);
    return items === list.items ? list : { ...list, items };
  });
  return {
    ...plan,
    steps: steps.map(withDistinctChecks),
    step_lines: steps === plan.steps ? plan.step_lines : linesOf(steps, plan),
    checklists,
    phases: first(plan.phases),
    windows: first(plan.windows),
    criteria: first(plan.criteria),
    risks: first(plan.risks),
    cards: first(plan.cards),
    targets: first(plan.targets),
  };
}

/** Steps whose checks were looked at; a plan that was edited has most of its steps from the plan before. */
const looked = new WeakMap<Step, Step>();

function withDistinctChecks(step: Step): Step {
  const known = looked.get(step);
  if (known) return known;
  const checks = first(step.checks);
  const distinct = checks === step.checks ? step : { ...step, checks };
  looked.set(step, distinct);
  return distinct;
}

function linesOf(steps: Step[], plan: Plan): number[] {
  const lines = new Map(plan.steps.map((step, at) => [step, plan.step_lines[at]!]));
  return steps.map((step) => lines.get(step)!);
}

function first<T extends { id: string }>(list: T[]): T[] {
  const seen = new Set(list.map(({ id }) => id));
  if (seen.size === list.length) return list;
  return list.filter(({ id }) => seen.delete(id));
}
