// Two sessions of a plan side by side.
import { asProblem, compareSessions, exportComparison } from '../ipc';
import type { ComparedStep, Comparison, Existing, Problem, Written } from '../ipc/types';

/** By what the steps are sorted. */
export type Order = 'difference' | 'step' | 'left' | 'right' | 'rows';

export class Compare {
  pair: [string, string] | null = $state.raw(null);
  both: Comparison | null = $state.raw(null);
  problem: Problem | null = $state(null);
  written: Written | null = $state(null);
  order: Order = $state('difference');
  /** Only what differs. */
  differing = $state(false);
  steps = $derived(
    this.both ? sorted(this.both.steps, this.order).filter((step) => !this.differing || differs(step)) : [],
  );
  checks = $derived(this.both?.checks.filter((check) => !this.differing || !check.alike) ?? []);

  async open(pair: [string, string]) {
    this.pair = pair;
    this.both = null;
    this.problem = null;
    this.written = null;
    try {
      const both = await compareSessions(...pair);
      if (this.pair === pair) this.both = both;
    } catch (error) {
      if (this.pair === pair) this.problem = asProblem(error);
    }
  }

  async turn() {
    if (this.pair) await this.open([this.pair[1], this.pair[0]]);
  }

  close() {
    this.pair = null;
    this.both = null;
  }

  async exportTo(file: string, existing: Existing): Promise<boolean> {
    if (!this.pair) return false;
    this.problem = null;
    try {
      this.written = await exportComparison(...this.pair, file, existing);
      return true;
    } catch (error) {
      this.problem = asProblem(error);
      return false;
    }
  }
}

/** Returns true when a step ended otherwise, changed other rows, or took longer or shorter by more than a twentieth. */
export function differs({ left, right, difference_ms }: ComparedStep): boolean {
  if (!left || !right || left.status !== right.status || left.rows !== right.rows) return true;
  return Math.abs(difference_ms ?? 0) > Math.max(left.elapsed_ms ?? 0, right.elapsed_ms ?? 0) / 20;
}

/** How a step ended on the right, measured by the left: `null` where it ended alike or one of them has no such step. */
export type Change = 'worse' | 'better' | 'other';

const BAD = ['failed', 'unknown', 'interrupted'];

/** Returns what became of a step's outcome. */
export function changeOf({ left, right }: ComparedStep): Change | null {
  if (!left || !right || left.status === right.status) return null;
  if (BAD.includes(right.status)) return 'worse';
  return BAD.includes(left.status) && right.status === 'succeeded' ? 'better' : 'other';
}

/** Returns the steps in an order; the core hands them out by difference. */
export function sorted(steps: ComparedStep[], order: Order): ComparedStep[] {
  const most = (of: (step: ComparedStep) => number) => steps.toSorted((a, b) => of(b) - of(a));
  if (order === 'difference') return steps;
  if (order === 'step') return steps.toSorted((a, b) => (a.title < b.title ? -1 : a.title > b.title ? 1 : 0));
  if (order === 'rows') return most((step) => Math.abs((step.right?.rows ?? 0) - (step.left?.rows ?? 0)));
  return most((step) => step[order]?.elapsed_ms ?? -1);
}
