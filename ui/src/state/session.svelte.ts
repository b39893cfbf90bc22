// The session on screen: what the journal says of it, followed while it runs.
import { asProblem, exportReport, openSession, requestSession, resumeSession, watchSession } from '../ipc';
import type {
  LogLine,
  Plan,
  Problem,
  Request,
  SessionHead,
  SessionStep,
  Watched,
  Written,
} from '../ipc/types';
import { bands, lanes, rollbackBy, sessionRows } from './rows';

const LINES = 4000;

export class SessionView {
  id: string | null = $state(null);
  head: SessionHead | null = $state.raw(null);
  /** The steps as the journal has them. */
  #recorded: SessionStep[] = $state.raw([]);
  plan: Plan | null = $state.raw(null);
  log: LogLine[] = $state.raw([]);
  loading = $state(false);
  /** Why the session could not be opened or followed. */
  problem: Problem | null = $state(null);
  /** Why the last request was refused. */
  refusal: Problem | null = $state(null);
  asking = $state(false);
  written: Written | null = $state(null);
  selected: string | null = $state(null);
  /** True until the person selects something: then the selection follows what runs. */
  following = $state(true);
  now = $state(Date.now());

  /** The steps as they are: without a runner nothing runs, whatever was recorded last. */
  steps: SessionStep[] = $derived(
    this.head?.state === 'interrupted'
      ? this.#recorded.map((step) =>
          step.status === 'running' ? { ...step, status: 'interrupted' as const } : step,
        )
      : this.#recorded,
  );
  rows = $derived(this.head ? sessionRows(this.head, this.steps, this.plan) : []);
  lanes = $derived(lanes(this.plan));
  bands = $derived(bands(this.plan, this.head));
  rollbackByMs = $derived(rollbackBy(this.plan, this.head));
  running = $derived(this.steps.filter((step) => step.status === 'running'));
  people = $derived(this.steps.filter((step) => step.status === 'paused'));
  failed = $derived(this.steps.filter((step) => step.status === 'failed'));
  unknown = $derived(this.steps.filter((step) => step.status === 'unknown'));
  done = $derived(
    this.steps.filter((step) => step.status === 'succeeded' || step.status === 'skipped').length,
  );
  lives = $derived(this.head !== null && !['finished', 'interrupted'].includes(this.head.state));
  elapsedMs = $derived(
    this.head === null
      ? 0
      : this.head.duration_ms + (this.lives ? Math.max(0, this.now - this.head.as_of_at_ms) : 0),
  );
  /** How far the wall clock is from the start, for the now-line. */
  nowMs = $derived(
    this.head === null
      ? null
      : (this.head.state === 'finished' ? (this.head.finished_at_ms ?? this.now) : this.now) -
          this.head.started_at_ms,
  );

  #stop: (() => void) | null = null;
  #tick: ReturnType<typeof setInterval> | undefined;
  #turn = 0;

  async open(id: string) {
    this.leave();
    const turn = ++this.#turn;
    this.id = id;
    this.loading = true;
    this.problem = null;
    this.refusal = null;
    this.written = null;
    this.following = true;
    this.selected = null;
    this.head = null;
    this.#recorded = [];
    this.plan = null;
    this.log = [];
    try {
      const session = await openSession(id);
      if (turn !== this.#turn) return;
      this.#take(session.head, session.steps);
      this.plan = session.plan;
      this.id = session.head.id;
      this.loading = false;
      const stop = await watchSession(session.head.id, 0, (message) => {
        if (turn === this.#turn) this.told(message);
      });
      if (turn !== this.#turn) return stop();
      this.#stop = stop;
      this.#tick = setInterval(() => (this.now = Date.now()), 500);
    } catch (error) {
      if (turn === this.#turn) this.problem = asProblem(error);
    } finally {
      if (turn === this.#turn) this.loading = false;
    }
  }

  /** Stops following; the session itself goes on. */
  leave() {
    this.#turn++;
    this.#stop?.();
    this.#stop = null;
    clearInterval(this.#tick);
  }

  told(message: Watched) {
    this.now = Date.now();
    this.#take(message.head, message.steps);
    if (message.log.length > 0) {
      const after = this.log[this.log.length - 1]?.seq ?? 0;
      const fresh = message.log.filter((line) => line.seq > after);
      this.log = [...this.log, ...fresh].slice(-LINES);
    }
    if (message.problem) this.problem = message.problem;
  }

  #take(head: SessionHead, changed: SessionStep[]) {
    // An answer to a request may overtake a message of the watch, or the other way round.
    if (this.head && this.head.id === head.id && head.seq < this.head.seq) return;
    this.head = head;
    if (this.#recorded.length === 0) this.#recorded = changed;
    else if (changed.length > 0) {
      const byId = new Map(changed.map((step) => [step.id, step]));
      const merged = this.#recorded.map((step) => byId.get(step.id) ?? step);
      const known = new Set(this.#recorded.map((step) => step.id));
      this.#recorded = [...merged, ...changed.filter((step) => !known.has(step.id))];
    }
    if (this.following) {
      const here = this.unknown[0] ?? this.failed[0] ?? this.people[0] ?? this.running[0] ?? null;
      this.selected = here?.id ?? this.selected ?? this.steps[0]?.id ?? null;
    }
  }

  select(id: string) {
    this.selected = id;
    this.following = false;
  }

  step(id: string | null): SessionStep | null {
    return this.steps.find((step) => step.id === id) ?? null;
  }

  async ask(request: Request): Promise<boolean> {
    return await this.#asked((id) => requestSession(id, request));
  }

  async resume(how: { accept_change: boolean; end_orphans: boolean }): Promise<boolean> {
    return await this.#asked((id) => resumeSession({ session: id, ...how }));
  }

  async #asked(ask: (id: string) => ReturnType<typeof requestSession>): Promise<boolean> {
    if (this.id === null) return false;
    const id = this.id;
    this.asking = true;
    this.refusal = null;
    this.following = true;
    try {
      const session = await ask(id);
      if (this.id === session.head.id) this.#take(session.head, session.steps);
      return true;
    } catch (error) {
      this.refusal = asProblem(error);
      return false;
    } finally {
      this.asking = false;
    }
  }

  async exportTo(file: string): Promise<boolean> {
    if (this.id === null) return false;
    this.refusal = null;
    try {
      this.written = await exportReport(this.id, file);
      return true;
    } catch (error) {
      this.refusal = asProblem(error);
      return false;
    }
  }
}
