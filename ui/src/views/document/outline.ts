// A plan as a document: blocks from top to bottom, and where its problems stand.
import type {
  Card,
  Checklist,
  Criterion,
  Phase,
  Plan,
  Problem,
  Risk,
  Sort,
  Step,
  Window,
} from '../../ipc/types';

export type Block =
  | { key: string; sort: 'plan' }
  | { key: string; sort: 'phase'; phase: Phase; steps: number }
  | { key: string; sort: 'rest'; steps: number }
  | { key: string; sort: 'step'; step: Step; number: number }
  | { key: string; sort: 'section'; of: Listed; title: string; count: number }
  | { key: string; sort: 'window'; window: Window }
  | { key: string; sort: 'checklist'; checklist: Checklist }
  | { key: string; sort: 'risk'; risk: Risk }
  | { key: string; sort: 'criterion'; criterion: Criterion }
  | { key: string; sort: 'card'; card: Card };

/** Sorts that are sections of their own after the steps. */
export type Listed = Extract<Sort, 'window' | 'checklist' | 'risk' | 'criterion' | 'card'>;

/** Blocks of steps: a plan that was edited has most of its steps, and so most of its blocks, from the plan before. */
const drawnBefore = new WeakMap<Step, Extract<Block, { sort: 'step' }>>();

/** Returns `before` when `now` holds the same, so that nothing is reckoned from it anew. */
export function unchanged<T>(before: T[], now: T[]): T[] {
  return before.length === now.length && before.every((one, at) => one === now[at]) ? before : now;
}

/** Returns the names of those who answer for steps, sorted. */
export function ownersOf(steps: Step[]): string[] {
  const names = new Set<string>();
  for (const { owner } of steps) if (owner !== null) names.add(owner);
  return [...names].sort();
}

/** Returns the blocks of a plan. Steps stand in their phases, in the order of the file. */
export function outline(plan: Plan): Block[] {
  const blocks: Block[] = [{ key: 'plan', sort: 'plan' }];
  const numbers = new Map(plan.steps.map((step, index) => [step.id, index + 1]));
  const known = new Set(plan.phases.map((phase) => phase.id));
  const groups = new Map<string | null, Step[]>();
  for (const step of plan.steps) {
    const phase = step.phase !== null && known.has(step.phase) ? step.phase : null;
    const group = groups.get(phase);
    if (group) group.push(step);
    else groups.set(phase, [step]);
  }
  // A plan with a mistake may give two steps one id; the keys of a list may not.
  const taken = new Set<string>();
  const key = (sort: string, id: string) => {
    let name = `${sort}:${id}`;
    while (taken.has(name)) name += '+';
    taken.add(name);
    return name;
  };
  const add = (steps: Step[]) => {
    for (const step of steps) {
      const number = numbers.get(step.id) ?? 0;
      const before = drawnBefore.get(step);
      const name = before?.key ?? '';
      // One that shared its id with another has a name of its own; it may be free of that now.
      const same = before?.number === number && name.length === 'step:'.length + step.id.length;
      if (same && !taken.has(name)) {
        taken.add(name);
        blocks.push(before);
        continue;
      }
      const block = { key: key('step', step.id), sort: 'step' as const, step, number };
      drawnBefore.set(step, block);
      blocks.push(block);
    }
  };
  const loose = groups.get(null) ?? [];
  // Steps without a phase that come before all others stand before all phases, too.
  const early = plan.phases.length > 0 && plan.steps.length > 0 && loose[0] === plan.steps[0];
  const rest = () => {
    if (loose.length === 0 && plan.steps.length > 0) return;
    if (plan.phases.length > 0 || loose.length === 0)
      blocks.push({ key: 'rest', sort: 'rest', steps: loose.length });
    add(loose);
  };
  if (early) rest();
  for (const phase of plan.phases) {
    const steps = groups.get(phase.id) ?? [];
    blocks.push({ key: key('phase', phase.id), sort: 'phase', phase, steps: steps.length });
    add(steps);
  }
  if (!early) rest();

  const section = (of: Listed, title: string, count: number) =>
    blocks.push({ key: `section:${of}`, sort: 'section', of, title, count });
  section('window', 'Maintenance windows', plan.windows.length);
  for (const window of plan.windows) blocks.push({ key: key('window', window.id), sort: 'window', window });
  section('checklist', 'Checklists', plan.checklists.length);
  for (const checklist of plan.checklists)
    blocks.push({ key: key('checklist', checklist.id), sort: 'checklist', checklist });
  section('risk', 'Risks', plan.risks.length);
  for (const risk of plan.risks) blocks.push({ key: key('risk', risk.id), sort: 'risk', risk });
  section('criterion', 'Success criteria', plan.criteria.length);
  for (const criterion of plan.criteria)
    blocks.push({ key: key('criterion', criterion.id), sort: 'criterion', criterion });
  section('card', 'Troubleshooting cards', plan.cards.length);
  for (const card of plan.cards) blocks.push({ key: key('card', card.id), sort: 'card', card });
  return blocks;
}

/** Returns the key of the block a problem belongs to. */
export function blockOf(plan: Plan, problem: Problem): string {
  if (problem.line === null) return 'plan';
  let found = 'plan';
  for (const place of plan.places) {
    if (place.line > problem.line) break;
    found = ['target', 'project'].includes(place.sort) ? 'plan' : `${place.sort}:${place.id}`;
  }
  return found;
}

/** Returns the problems by block. */
export function placed(plan: Plan): Map<string, Problem[]> {
  const map = new Map<string, Problem[]>();
  for (const problem of plan.problems) {
    const key = blockOf(plan, problem);
    const list = map.get(key);
    if (list) list.push(problem);
    else map.set(key, [problem]);
  }
  return map;
}

const guesses = new WeakMap<Block, number>();

/** Guesses the height of a block that was not drawn yet. */
export function guess(block: Block): number {
  let height = guesses.get(block);
  if (height === undefined) guesses.set(block, (height = guessed(block)));
  return height;
}

function guessed(block: Block): number {
  switch (block.sort) {
    case 'plan':
      return 190;
    case 'step': {
      const lines = (text: string) => Math.min(40, text.split('\n', 41).length) * 18 + 40;
      const passages = [...block.step.does, ...block.step.undo];
      return (
        130 +
        passages.reduce((sum, passage) => sum + lines(passage.text), 0) +
        block.step.checks.reduce((sum, check) => sum + 40 + lines(check.test), 0) +
        (block.step.notes ? lines(block.step.notes) - 20 : 0)
      );
    }
    case 'phase':
      return 96;
    case 'checklist':
      return 90 + block.checklist.items.length * 32;
    case 'section':
    case 'rest':
      return 56;
    default:
      return 110;
  }
}
