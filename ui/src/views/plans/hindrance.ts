// Why a plan cannot be run now.
import type { Plan } from '../../ipc/types';

/** Returns what has to happen before a plan can be run; `null` when nothing has. */
export function hindrance(plan: Plan, gone: boolean): string | null {
  if (gone) return 'The file of the plan cannot be read any more. Bring it back or write it again first.';
  if (plan.problems.length > 0) return 'Mend the problems of the plan first.';
  if (plan.steps.length === 0) return 'The plan has no steps.';
  return null;
}
