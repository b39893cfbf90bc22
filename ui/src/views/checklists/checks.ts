// The checks of a plan, by their titles: they tick items and show that a criterion holds.
import type { Plan } from '../../ipc/types';
import { visible } from '../../parts/grid/visible';

export type Choosable = { value: string; label: string };

/** Returns what can be named where a check is wanted: each check, and each step with several for all of them. */
export function checksOf(plan: Plan): Choosable[] {
  return plan.steps.flatMap((step) => {
    const name = visible(step.title);
    const one = (id: string, title: string) => ({
      value: `${step.id}/${id}`,
      label: title === step.title ? name : `${name}: ${visible(title)}`,
    });
    const all = step.checks.map(({ id, title }) => one(id, title));
    return step.checks.length > 1 ? [{ value: step.id, label: `${name}: all its checks` }, ...all] : all;
  });
}

/** Returns what a check that is named by step, or by step and check, is called; what is not there keeps its id. */
export function checkTitle(plan: Plan, named: string): string {
  const [of, id] = named.split('/');
  const step = plan.steps.find((one) => one.id === of);
  if (!step) return visible(named);
  if (id === undefined) return visible(step.title);
  const check = step.checks.find((one) => one.id === id);
  if (!check) return visible(named);
  return check.title === step.title ? visible(step.title) : `${visible(step.title)}: ${visible(check.title)}`;
}

/** Returns what a step is called; what is not there keeps its id. */
export function stepTitle(plan: Plan, id: string): string {
  return visible(plan.steps.find((step) => step.id === id)?.title ?? id);
}

/** Returns what an item of a checklist is called; what is not there keeps its id. */
export function itemTitle(plan: Plan, id: string): string {
  for (const list of plan.checklists) {
    const item = list.items.find((one) => one.id === id || `${list.id}/${one.id}` === id);
    if (item) return visible(item.title);
  }
  return visible(id);
}

/** Returns the items that can be named where one is wanted. */
export function itemsOf(plan: Plan): Choosable[] {
  return plan.checklists.flatMap((list) =>
    list.items.map((item) => ({ value: item.id, label: visible(item.title) })),
  );
}
