// A plan that changed is told by what changed in it; what stayed is taken from the plan that is there.
import type { Edited, Plan, Step } from '../ipc/types';

/** Returns the plan whole; `null` when what stayed belongs to another plan than `base`. */
export function whole({ plan, kept }: Pick<Edited, 'plan' | 'kept'>, base: Plan | null): Plan | null {
  if (kept === null) return plan;
  if (base === null || base.path !== plan.path || base.hash !== kept.since) return null;
  const steps: Step[] = [];
  let told = 0;
  for (const { to, from, count } of kept.runs) {
    while (steps.length < to) steps.push(plan.steps[told++]!);
    for (const step of base.steps.slice(from, from + count)) steps.push(step);
  }
  while (told < plan.steps.length) steps.push(plan.steps[told++]!);
  return { ...plan, steps };
}
