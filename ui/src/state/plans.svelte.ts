// The plan that lies open, and those that lay open before.
import { asProblem, openPlan, recentPlans, trustPlan } from '../ipc';
import type { Plan, Problem, RecentPlan } from '../ipc/types';
import { bands, lanes, plannedRows, rollbackBy } from './rows';

export class Plans {
  recent: RecentPlan[] | null = $state(null);
  plan: Plan | null = $state.raw(null);
  /** Path that is being opened. */
  loading: string | null = $state(null);
  problem: Problem | null = $state(null);
  selected: string | null = $state(null);
  rows = $derived(this.plan ? plannedRows(this.plan) : []);
  lanes = $derived(lanes(this.plan));
  bands = $derived(bands(this.plan));
  rollbackByMs = $derived(rollbackBy(this.plan));
  #turn = 0;

  async list() {
    try {
      this.recent = await recentPlans();
    } catch (error) {
      this.recent ??= [];
      this.problem = asProblem(error);
    }
  }

  async open(path: string) {
    const wanted = path.trim();
    if (wanted === '') return;
    const turn = ++this.#turn;
    this.loading = wanted;
    this.problem = null;
    try {
      const plan = await openPlan(wanted);
      if (turn !== this.#turn) return;
      if (this.plan?.path !== plan.path) this.selected = null;
      this.plan = plan;
      this.selected ??= plan.steps[0]?.id ?? null;
      void this.list();
    } catch (error) {
      if (turn === this.#turn) this.problem = asProblem(error);
    } finally {
      if (turn === this.#turn) this.loading = null;
    }
  }

  async reload() {
    if (this.plan) await this.open(this.plan.path);
  }

  async trust() {
    if (!this.plan) return;
    try {
      this.plan = await trustPlan(this.plan.path, this.plan.hash);
    } catch (error) {
      this.problem = asProblem(error);
    }
  }

  close() {
    this.#turn++;
    this.plan = null;
    this.loading = null;
    this.problem = null;
    this.selected = null;
    void this.list();
  }
}
