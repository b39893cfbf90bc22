// Which steps wait for a step: it cannot wait for any of them.
import type { Plan } from '../../ipc/types';

/** Returns the ids of the steps that wait for a step, over others and over phases, too. */
export function waiting(plan: Plan, id: string): Set<string> {
  const behind = new Map<string, string[]>();
  const follow = (before: string, after: string) => {
    const list = behind.get(before);
    if (list) list.push(after);
    else behind.set(before, [after]);
  };
  // A phase stands between its steps and those of the phases after it; steps and phases may share an id.
  for (const step of plan.steps) {
    for (const before of step.after) follow(`step ${before}`, `step ${step.id}`);
    if (step.phase === null) continue;
    follow(`begin ${step.phase}`, `step ${step.id}`);
    follow(`step ${step.id}`, `end ${step.phase}`);
  }
  for (const phase of plan.phases) {
    follow(`begin ${phase.id}`, `end ${phase.id}`);
    for (const before of phase.after) follow(`end ${before}`, `begin ${phase.id}`);
  }
  const found = new Set<string>();
  const seen = new Set<string>();
  const open = [`step ${id}`];
  for (let now = open.pop(); now !== undefined; now = open.pop()) {
    for (const next of behind.get(now) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(next);
      if (next.startsWith('step ')) found.add(next.slice('step '.length));
    }
  }
  return found;
}
