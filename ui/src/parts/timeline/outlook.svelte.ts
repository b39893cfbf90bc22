// What is expected of a session from now on, as a timeline draws it.
import { untrack } from 'svelte';
import type { Lane, Row } from '../shapes';
import type { Course } from './bars';
import { COARSE_MS, forecast } from './forecast';

/** What is known of a plan or session; `nowMs` is `null` where nobody runs it. */
export type Known = { rows: Row[]; lanes: Lane[]; nowMs: number | null; ahead: boolean };

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

  constructor(known: () => Known) {
    this.#known = known;
  }
}
