// What is expected of a session from now on, as a timeline draws it.
import { untrack } from 'svelte';
import type { Lane, Row } from '../shapes';
import type { Course } from './bars';
import { COARSE_MS, forecast, since } from './forecast';

/** What is known of a plan or session; `nowMs` is `null` where nobody runs it, `clockMs` where there is no now. */
export type Known = {
  rows: Row[];
  lanes: Lane[];
  nowMs: number | null;
  clockMs: number | null;
  ahead: boolean;
};

/** Up to so many steps what is drawn may follow every second in all its parts. */
const FEW = 500;

export class Outlook {
  #known: () => Known;
  course: Course = $derived.by(() => {
    const { nowMs, ahead } = this.#known();
    return nowMs === null ? 'plan' : ahead ? 'ahead' : 'past';
  });
  #coarse = $derived.by(() => Math.floor((this.#known().nowMs ?? 0) / COARSE_MS));
  #rows = $derived.by(() => this.#known().rows);
  #lanes = $derived.by(() => this.#known().lanes);
  /** Where steps are expected: a walk over all of them, so when one changes and now and then, not with every second. */
  expected = $derived.by(() => {
    if (this.course !== 'ahead' || this.#coarse < 0) return null;
    return forecast(this.#rows, this.#lanes, untrack(() => this.#known().nowMs) ?? 0);
  });
  /** The same as it is drawn: it begins no earlier than now, which goes on. */
  upcoming = $derived.by(() => {
    const { clockMs } = this.#known();
    return this.expected && clockMs !== null ? since(this.expected, this.#rows, clockMs) : this.expected;
  });
  /** What phases are drawn over: of a long plan their ends need not follow every second. */
  outer = $derived.by(() => (this.#rows.length > FEW ? this.expected : this.upcoming));
  /** How far now gets until the coarse clock goes on, so that the axis has room for it and need not grow before. */
  untilMs = $derived.by(() => {
    const { nowMs, clockMs } = this.#known();
    if (nowMs === null || clockMs === null) return nowMs;
    return (Math.floor(clockMs / COARSE_MS) + 1) * COARSE_MS;
  });
  /** Where what is expected gets until then. */
  latest = $derived.by(() =>
    this.expected && this.untilMs !== null ? since(this.expected, this.#rows, this.untilMs) : this.expected,
  );

  constructor(known: () => Known) {
    this.#known = known;
  }
}
