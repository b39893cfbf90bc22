// The session on screen: what the journal says of it, followed while it runs.
import {
  asProblem,
  exportReport,
  openSession,
  pastRuns,
  requestSession,
  resumeSession,
  watchSession,
} from '../ipc';
import type {
  Existing,
  LogLine,
  Past,
  Plan,
  Problem,
  Request,
  SessionHead,
  SessionStep,
  TargetPassword,
  Watched,
  Written,
} from '../ipc/types';
import { visible, visibleLines } from '../parts/grid/visible';
import { alike, named, spoken } from '../words/names';
import { hold } from './memory';
import { eta, expected, left, rate, sampled, type Expected, type Sample } from './pace';
import { bands, lanes, sessionRows, zoneOf } from './rows';
import { whyNoRollback, whyNothing } from './undo';
import { concerning, deadline, outside, standings } from './windows';

/** Most lines of the log in memory; the journal keeps all. */
export const LINES = 10_000;
/** How often the clocks on screen go on. */
const TICK_MS = 500;
/** How often what is reckoned over all steps is reckoned anew. */
const COARSE_MS = 5_000;

/** A session that is over keeps its problems, and not what could have been done about them. */
function unremedied(step: SessionStep): SessionStep {
  return step.problem?.hint ? { ...step, problem: { ...step.problem, hint: '' } } : step;
}

export class SessionView {
  id: string | null = $state(null);
  head: SessionHead | null = $state.raw(null);
  /** The steps as the journal has them. */
  #recorded: SessionStep[] = $state.raw([]);
  plan: Plan | null = $state.raw(null);
  log: LogLine[] = $state.raw([]);
  /** Lines that came before those in `log` and are not in memory. */
  dropped = $state(0);
  /** How long steps took before, by step. */
  past: Map<string, Past> = $state.raw(new Map());
  loading = $state(false);
  /** Why the session could not be opened or followed. */
  problem: Problem | null = $state(null);
  /** Why the last request was refused. */
  refusal: Problem | null = $state(null);
  asking = $state(false);
  written: Written | null = $state(null);
  /** How far the session was when the report was asked for. */
  #writtenAt = $state(0);
  #writtenBefore = $state(false);
  selected: string | null = $state(null);
  /** True until the person selects something: then the selection follows what runs. */
  following = $state(true);
  /** The window's own clock, which only goes forwards. */
  now = $state(performance.now());
  /** Where that clock stood when `head.duration_ms` was true. */
  #asOf = $state(performance.now());
  /** Called after every message, with what was known before. */
  heard: ((before: SessionHead | null, now: SessionHead) => void) | null = null;
  #samples = new Map<string, Sample[]>();

  /** The steps as they are: without a runner nothing runs, whatever was recorded last. */
  #interrupted = $derived(this.head?.state === 'interrupted');
  #over = $derived(this.head?.state === 'finished');
  steps: SessionStep[] = $derived(
    this.#interrupted
      ? this.#recorded.map((step) =>
          step.status === 'running' ? { ...step, status: 'interrupted' as const } : step,
        )
      : this.#over
        ? this.#recorded.map(unremedied)
        : this.#recorded,
  );
  /** Titles that tell no step apart. */
  alike = $derived(alike(this.steps));
  #byId = $derived(new Map(this.steps.map((step) => [step.id, step])));
  /** Start on the wall clock. A number, so that what is drawn from it is not drawn anew with every message. */
  #startedAtMs = $derived(this.head?.started_at_ms ?? null);
  rows = $derived(
    this.#startedAtMs === null
      ? []
      : sessionRows({ started_at_ms: this.#startedAtMs }, this.steps, this.plan, this.past),
  );
  lanes = $derived(lanes(this.plan));
  /** The clocks all its times are written by: those of its plan. */
  zone = $derived(zoneOf(this.plan));
  /** Steps that were in flight when the runner went. */
  inFlight = $derived(
    new Set(
      this.#interrupted
        ? this.#recorded.filter(({ status }) => status === 'running').map(({ id }) => id)
        : [],
    ),
  );
  /** Why it is not rolled back; `null` when it can be. */
  noRollback = $derived(this.head === null ? null : whyNoRollback(this.head, this.steps, this.plan));
  /** Why nothing that ran can be undone, as a clause; `null` when something can. */
  nothingBack = $derived(this.head === null ? null : whyNothing(this.head, this.steps, this.plan));
  /** What the written report does not tell any more; `null` while it tells all. */
  outdated = $derived(
    this.written === null || this.head === null || this.head.seq <= this.#writtenAt
      ? null
      : this.head.rolling_back && this.#writtenBefore
        ? 'written before the rollback'
        : 'written before the session went on',
  );
  #dated = $derived(bands(this.plan, this.#started));
  running = $derived(this.steps.filter((step) => step.status === 'running'));
  people = $derived(this.steps.filter((step) => step.status === 'paused'));
  failed = $derived(this.steps.filter((step) => step.status === 'failed'));
  unknown = $derived(this.steps.filter((step) => step.status === 'unknown'));
  done = $derived(
    this.steps.filter((step) => step.status === 'succeeded' || step.status === 'skipped').length,
  );
  lives = $derived(this.head !== null && !['finished', 'interrupted'].includes(this.head.state));
  #sinceMs = $derived(this.lives ? Math.max(0, this.now - this.#asOf) : 0);
  /** Time in which a runner lived, now. */
  elapsedMs = $derived(this.head === null ? 0 : this.head.duration_ms + this.#sinceMs);
  /** Distance from the start, for the now-line: the wall clock's at the last event, and this window's clock from there. */
  nowMs = $derived(
    this.head === null
      ? null
      : this.head.state === 'finished'
        ? (this.head.finished_at_ms ?? this.head.as_of_at_ms) - this.head.started_at_ms
        : this.head.as_of_at_ms - this.head.started_at_ms + Math.max(0, this.now - this.#asOf),
  );

  /** Time since the start in which no runner lived. */
  idleMs = $derived(Math.max(0, (this.nowMs ?? 0) - this.elapsedMs));

  /** How it stands to the windows of its plan. */
  standings = $derived(standings(this.plan, this.#dated, this.rows, this.nowMs ?? 0, this.#over));
  /** Until when it can be taken back, and why; `null` when nothing says so. */
  deadline = $derived(
    this.#over || this.head?.rolling_back || (this.nothingBack !== null && this.failed.length > 0)
      ? null
      : deadline(this.plan, this.#started, this.rows, this.standings),
  );
  rollbackByMs = $derived(this.deadline?.kind === 'clock' ? this.deadline.atMs : null);
  /** The windows it runs outside of. Words, so that what is drawn from them is not drawn anew with every second. */
  #outside = $derived(JSON.stringify(outside(this.standings)));
  bands = $derived(concerning(this.#dated, new Map(JSON.parse(this.#outside)), this.rollbackByMs));

  get #started() {
    return this.#startedAtMs === null ? null : { started_at_ms: this.#startedAtMs };
  }

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
    this.dropped = 0;
    this.past = new Map();
    this.#samples.clear();
    try {
      const session = await openSession(id);
      if (turn !== this.#turn) return;
      this.#take(session.head, session.steps, session.age_ms);
      this.plan = session.plan;
      this.id = session.head.id;
      hold('session', session.head.id);
      void this.#lookBack(session.head.id, turn);
      this.loading = false;
      const stop = await watchSession(session.head.id, 0, (message) => {
        if (turn === this.#turn) this.told(message);
      });
      if (turn !== this.#turn) return stop();
      this.#stop = stop;
      this.#tick = setInterval(() => (this.now = performance.now()), TICK_MS);
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

  /** Reads how long the steps took before; without it the plan's estimates stand alone. */
  async #lookBack(id: string, turn: number) {
    const past = await pastRuns(id).catch(() => null);
    if (past && turn === this.#turn) this.past = new Map(past.map((step) => [step.step, step]));
  }

  told(message: Watched) {
    const before = this.head;
    if (this.#take(message.head, message.steps, message.age_ms)) this.heard?.(before, message.head);
    if (message.log.length > 0) {
      const after = this.log[this.log.length - 1]?.seq ?? 0;
      const fresh = message.log.filter((line) => line.seq > after);
      for (const line of fresh) {
        const of = line.tone === 'output' ? null : this.step(line.step);
        line.text = visibleLines(of === null ? line.text : spoken(line.text, of, this.alike));
      }
      const all = this.log.length === 0 ? fresh : this.log.concat(fresh);
      this.dropped += message.dropped + Math.max(0, all.length - LINES);
      this.log = all.length > LINES ? all.slice(-LINES) : all;
    }
    if (message.problem) this.problem = message.problem;
  }

  #take(told: SessionHead, fresh: SessionStep[], ageMs: number): boolean {
    // Names are strangers' text: what would turn a line around is written out, here and nowhere else.
    const head = { ...told, plan: visible(told.plan) };
    const titled = fresh.map((step) => ({ ...step, title: visible(step.title) }));
    const changed = titled.map((step) =>
      step.problem
        ? { ...step, problem: { ...step.problem, message: spoken(step.problem.message, step, this.alike) } }
        : step,
    );
    // An answer to a request may overtake a message of the watch, or the other way round.
    if (this.head && this.head.id === head.id && head.seq < this.head.seq) return false;
    // The same time told again is no news of when it was.
    if (this.head?.duration_ms !== head.duration_ms || this.head.id !== head.id) {
      this.now = performance.now();
      this.#asOf = this.now - ageMs;
    }
    this.head = head;
    for (const step of changed) this.#sample(step, head.duration_ms);
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
    return true;
  }

  #sample(step: SessionStep, atMs: number) {
    if (step.status !== 'running' || !step.progress) this.#samples.delete(step.id);
    else {
      const next = { atMs, done: step.progress.done };
      this.#samples.set(step.id, sampled(this.#samples.get(step.id) ?? [], next));
    }
  }

  /** How long a running step has been running, by the runner's clock and then this window's. */
  ranMs(step: SessionStep): number {
    return step.started_ms === null ? 0 : Math.max(0, this.elapsedMs - step.started_ms);
  }

  /** What a step may take. */
  expected(step: SessionStep): Expected | null {
    return expected(step, step.back ? undefined : this.past.get(step.id));
  }

  /** How many a second a running step does, and how long it needs for the rest. */
  pace(step: SessionStep): { perSecond: number | null; etaMs: number | null } {
    if (!step.progress) return { perSecond: null, etaMs: null };
    const perSecond = rate(this.#samples.get(step.id) ?? [], step.started_ms);
    return { perSecond, etaMs: eta(step.progress.done, step.progress.total, perSecond) };
  }

  /** The session's own time, in coarse steps: what is reckoned over all steps follows this one. */
  #coarseMs = $derived(Math.floor(this.elapsedMs / COARSE_MS) * COARSE_MS);
  /** What is left on the way forward. */
  left = $derived(
    left(
      this.steps,
      (step) => expected(step, this.past.get(step.id)),
      (step) => (step.started_ms === null ? 0 : Math.max(0, this.#coarseMs - step.started_ms)),
    ),
  );

  select(id: string) {
    this.selected = id;
    this.following = false;
  }

  step(id: string | null): SessionStep | null {
    return this.#byId.get(id ?? '') ?? null;
  }

  /** Names steps in a sentence. */
  named(steps: SessionStep[], most?: number): string {
    return named(steps, most, this.alike);
  }

  /** Names steps by their ids; one the session does not know keeps its id. */
  namedById(ids: string[], most?: number): string {
    return named(
      ids.map((id) => this.step(id) ?? { id, title: id }),
      most,
      this.alike,
    );
  }

  async ask(request: Request): Promise<boolean> {
    const done = await this.#asked((id) => requestSession(id, request));
    if (request.kind === 'approve' && this.refusal?.code === 'not-approved')
      this.refusal = {
        ...this.refusal,
        message: `${request.by} may not approve ${this.namedById([request.gate])}.`,
      };
    return done;
  }

  async resume(how: {
    accept_change: boolean;
    end_orphans: boolean;
    passwords: TargetPassword[];
  }): Promise<boolean> {
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
      if (this.id === session.head.id) this.#take(session.head, session.steps, session.age_ms);
      return true;
    } catch (error) {
      this.refusal = asProblem(error);
      return false;
    } finally {
      this.asking = false;
    }
  }

  async exportTo(file: string, existing: Existing): Promise<boolean> {
    if (this.id === null) return false;
    this.refusal = null;
    const [at, back] = [this.head?.seq ?? 0, this.head?.rolling_back ?? false];
    try {
      this.written = await exportReport(this.id, file, existing);
      this.#writtenAt = at;
      this.#writtenBefore = !back;
      return true;
    } catch (error) {
      this.refusal = asProblem(error);
      return false;
    }
  }
}
