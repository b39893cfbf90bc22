// Sessions, newest first, a page at a time, through a filter.
import { asProblem, listSessions, plansRun } from '../ipc';
import type { End, Environment, Filter, PlanRun, Problem, SessionLine } from '../ipc/types';

const PAGE = 50;
/** How long a person may type before the list is read. */
const TYPING_MS = 200;

/** What the person filters by, as the fields hold it; empty text filters nothing. */
export type Wish = {
  plan: string;
  environment: Environment | '';
  end: End | '';
  from: string;
  until: string;
  search: string;
};

const ALL: Wish = { plan: '', environment: '', end: '', from: '', until: '', search: '' };

/** Returns midnight of a day, written `2026-12-05`, in this machine's time; `null` when it is no day. */
export function midnight(day: string, later = 0): number | null {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (!found) return null;
  const [year, month, date] = [Number(found[1]), Number(found[2]), Number(found[3])];
  // A day past the end of its month would be read as one of the next.
  if (month < 1 || month > 12 || date < 1 || date > new Date(year, month, 0).getDate()) return null;
  return new Date(year, month - 1, date + later).getTime();
}

/** Returns the filter that a wish asks for; the day `until` is part of it. */
export function filterOf(wish: Wish): Filter {
  return {
    plan_path: wish.plan || null,
    environment: wish.environment || null,
    end: wish.end || null,
    from_at_ms: midnight(wish.from),
    until_at_ms: midnight(wish.until, 1),
    search: wish.search.trim(),
  };
}

export class History {
  sessions: SessionLine[] | null = $state.raw(null);
  plans: PlanRun[] = $state.raw([]);
  wish: Wish = $state({ ...ALL });
  problem: Problem | null = $state(null);
  loading = $state(false);
  ended = $state(false);
  /** Ids of the sessions chosen to be compared: at most two, of one plan, in the order they were chosen. */
  chosen: string[] = $state([]);
  filtered = $derived(Object.values(this.wish).some((part) => part !== ''));
  #turn = 0;
  #typing: ReturnType<typeof setTimeout> | undefined;

  async list() {
    void this.#listPlans();
    await this.#page(null);
  }

  async more() {
    const last = this.sessions?.[this.sessions.length - 1];
    if (last && !this.ended && !this.loading) await this.#page(last.id);
  }

  /** Narrows or widens the list. What is typed is waited for; what is chosen is not. */
  narrow(change: Partial<Wish>) {
    this.wish = { ...this.wish, ...change };
    clearTimeout(this.#typing);
    if ('search' in change) this.#typing = setTimeout(() => void this.#page(null), TYPING_MS);
    else void this.#page(null);
  }

  widen() {
    this.narrow({ ...ALL });
  }

  /** Returns why a session cannot be compared with what is chosen; `null` when it can. */
  unfit(line: SessionLine): string | null {
    if (this.chosen.includes(line.id)) return null;
    if (this.chosen.length >= 2) return 'Two sessions are chosen already.';
    const other = this.sessions?.find((known) => known.id === this.chosen[0]);
    return other && other.plan_path !== line.plan_path ? 'It is a session of another plan.' : null;
  }

  choose(line: SessionLine) {
    if (this.chosen.includes(line.id)) this.chosen = this.chosen.filter((id) => id !== line.id);
    else if (this.unfit(line) === null) this.chosen = [...this.chosen, line.id];
  }

  /** Returns the two chosen sessions, the earlier one first. */
  get pair(): [string, string] | null {
    if (this.chosen.length !== 2) return null;
    const order = (id: string) => this.sessions?.findIndex((line) => line.id === id) ?? 0;
    const [first, second] = this.chosen.toSorted((a, b) => order(b) - order(a));
    return [first!, second!];
  }

  async #listPlans() {
    this.plans = await plansRun().catch(() => this.plans);
  }

  async #page(before: string | null) {
    const turn = ++this.#turn;
    this.loading = true;
    try {
      const page = await listSessions(before, filterOf(this.wish));
      if (turn !== this.#turn) return;
      this.sessions = before === null ? page : [...(this.sessions ?? []), ...page];
      const shown = new Set(this.sessions.map((line) => line.id));
      this.chosen = this.chosen.filter((id) => shown.has(id));
      this.ended = page.length < PAGE;
      this.problem = null;
    } catch (error) {
      if (turn !== this.#turn) return;
      this.sessions ??= [];
      this.problem = asProblem(error);
    } finally {
      if (turn === this.#turn) this.loading = false;
    }
  }
}
