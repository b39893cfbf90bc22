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
import { count, many } from '../../words/format';

export type Block =
  | { key: string; sort: 'plan' }
  | { key: string; sort: 'phase'; phase: Phase; steps: number }
  | { key: string; sort: 'rest'; steps: number }
  | { key: string; sort: 'step'; step: Step; number: number }
  | { key: string; sort: 'section'; of: Listed; title: string; told: string }
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

/** Returns a key for each in the order of the file: a plan with a mistake may give two one id, the keys of a list may not. */
export function keysOf(sort: string, list: { id: string }[]): string[] {
  const taken = new Set<string>();
  return list.map(({ id }) => {
    let key = `${sort}:${id}`;
    while (taken.has(key)) key += '+';
    taken.add(key);
    return key;
  });
}

/** Returns the blocks of a plan. Steps stand in their phases, in the order of the file. */
export function outline(plan: Plan): Block[] {
  const blocks: Block[] = [{ key: 'plan', sort: 'plan' }];
  const known = new Set(plan.phases.map((phase) => phase.id));
  /** Where the steps of each phase stand in the file. */
  const groups = new Map<string | null, number[]>();
  for (const [at, step] of plan.steps.entries()) {
    const phase = step.phase !== null && known.has(step.phase) ? step.phase : null;
    const group = groups.get(phase);
    if (group) group.push(at);
    else groups.set(phase, [at]);
  }
  const stepKeys = keysOf('step', plan.steps);
  const add = (group: number[]) => {
    for (const at of group) {
      const [key, step, number] = [stepKeys[at]!, plan.steps[at]!, at + 1];
      const before = drawnBefore.get(step);
      if (before?.number === number && before.key === key) {
        blocks.push(before);
        continue;
      }
      const block = { key, sort: 'step' as const, step, number };
      drawnBefore.set(step, block);
      blocks.push(block);
    }
  };
  const loose = groups.get(null) ?? [];
  // Steps without a phase that come before all others stand before all phases, too.
  const early = plan.phases.length > 0 && loose[0] === 0;
  const rest = () => {
    if (loose.length === 0 && plan.steps.length > 0) return;
    if (plan.phases.length > 0 || loose.length === 0)
      blocks.push({ key: 'rest', sort: 'rest', steps: loose.length });
    add(loose);
  };
  if (early) rest();
  const phaseKeys = keysOf('phase', plan.phases);
  for (const [at, phase] of plan.phases.entries()) {
    const steps = groups.get(phase.id) ?? [];
    // Of two phases with one id, the first has the steps.
    groups.delete(phase.id);
    blocks.push({ key: phaseKeys[at]!, sort: 'phase', phase, steps: steps.length });
    add(steps);
  }
  if (!early) rest();

  const section = <E extends { id: string }>(
    of: Listed,
    title: string,
    list: E[],
    block: (key: string, element: E) => Block,
    told = list.length > 0 ? count(list.length) : '',
  ) => {
    const keys = keysOf(of, list);
    blocks.push({ key: `section:${of}`, sort: 'section', of, title, told });
    for (const [at, element] of list.entries()) blocks.push(block(keys[at]!, element));
  };
  const { windows, checklists, risks, criteria, cards } = plan;
  section('window', 'Maintenance windows', windows, (key, window) => ({ key, sort: 'window', window }));
  section(
    'checklist',
    'Checklists',
    checklists,
    (key, checklist) => ({ key, sort: 'checklist', checklist }),
    itemCount(checklists),
  );
  section('risk', 'Risks', risks, (key, risk) => ({ key, sort: 'risk', risk }));
  section('criterion', 'Success criteria', criteria, (key, criterion) => ({
    key,
    sort: 'criterion',
    criterion,
  }));
  section('card', 'Troubleshooting cards', cards, (key, card) => ({ key, sort: 'card', card }));
  return blocks;
}

/** Writes how many items checklists have; nothing where there are no lists. */
export function itemCount(lists: Checklist[]): string {
  const items = lists.reduce((sum, list) => sum + list.items.length, 0);
  return items > 0 ? many(items, 'item') : lists.length > 0 ? 'no items yet' : '';
}

/** Returns where the blocks begin in the file, in its order. */
function begins(plan: Plan): { line: number; key: string }[] {
  const sorts = new Map<string, { id: string }[]>();
  for (const place of plan.places) {
    const list = sorts.get(place.sort);
    if (list) list.push(place);
    else sorts.set(place.sort, [place]);
  }
  const keys = new Map<object, string>();
  for (const [sort, list] of sorts)
    for (const [at, key] of keysOf(sort, list).entries()) keys.set(list[at]!, key);
  return plan.places.map((place) => ({
    line: place.line,
    key: ['target', 'project'].includes(place.sort) ? 'plan' : keys.get(place)!,
  }));
}

function keyAt(starts: { line: number; key: string }[], line: number | null): string {
  if (line === null) return 'plan';
  return starts.findLast((start) => start.line <= line)?.key ?? 'plan';
}

/** Returns the key of the block a problem belongs to: the one whose lines contain it. */
export function blockOf(plan: Plan, problem: Problem): string {
  return keyAt(begins(plan), problem.line);
}

/** Returns the problems by block. */
export function placed(plan: Plan): Map<string, Problem[]> {
  const map = new Map<string, Problem[]>();
  if (plan.problems.length === 0) return map;
  const starts = begins(plan);
  for (const problem of plan.problems) {
    const key = keyAt(starts, problem.line);
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
