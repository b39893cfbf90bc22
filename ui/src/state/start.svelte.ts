// The sheet before a session starts: what it is bound to, what will run, what the person confirms.
import { asProblem, keepPassword, startSession, trustPlan } from '../ipc';
import type { Bind, Environment, Plan, Problem, SavedConnection } from '../ipc/types';

const ADDRESS = '\u0000address';

export class StartSheet {
  /** The plan as it is shown, and as it is confirmed. */
  plan: Plan;
  /** True once the plan was changed since the sheet was opened. */
  changed = $state(false);
  saved: SavedConnection[] = $state([]);
  /** Name of a connection, or `byAddress`, per target. */
  choice: Record<string, string> = $state({});
  url: Record<string, string> = $state({});
  passwords: Record<string, string> = $state({});
  trust = $state(false);
  confirm = $state('');
  reason = $state('');
  unattended = $state(false);
  /** True: the session whose marks the targets carry is gone on with. */
  adopt = $state(false);
  /** That session, once a start was refused for it. */
  lost: string | null = $state(null);
  /** The session of this journal that stands unfinished on a target, once a start was refused for it. */
  unfinished: string | null = $state(null);
  starting = $state(false);
  problem: Problem | null = $state(null);

  constructor(plan: Plan, saved: SavedConnection[], proposed: Bind[]) {
    this.plan = $state.raw(plan);
    this.saved = saved;
    this.#propose(proposed);
  }

  /** Chooses a connection for each target that has none yet. */
  #propose(proposed: Bind[]) {
    for (const target of this.plan.targets) {
      if (target.id in this.choice) continue;
      const named = proposed.find((bind) => bind.target === target.id);
      const fitting = this.fitting(target.engine);
      const wanted =
        fitting.find((entry) => entry.connection.name === (named?.connection || target.connection)) ??
        (fitting.length === 1 ? fitting[0] : undefined);
      if (named?.url) {
        this.choice[target.id] = ADDRESS;
        this.url[target.id] = named.url;
      } else {
        this.choice[target.id] = wanted?.connection.name ?? '';
        this.url[target.id] = '';
      }
    }
  }

  /**
   * Takes the plan as it is now. What was confirmed was the plan as it was, so where its content is another one
   * everything is asked for again; which databases were chosen stays.
   */
  renew(plan: Plan) {
    if (plan === this.plan) return;
    const same = plan.hash === this.plan.hash;
    this.plan = plan;
    if (same) return;
    this.changed = true;
    this.trust = false;
    this.confirm = '';
    this.problem = null;
    this.unfinished = null;
    for (const target of plan.targets) {
      // A target that is of another engine now takes none of the connections that fitted before.
      const chosen = this.chosen(target.id);
      if (chosen && chosen.connection.engine !== target.engine) delete this.choice[target.id];
    }
    this.#propose([]);
  }

  get byAddress(): string {
    return ADDRESS;
  }

  fitting(engine: string): SavedConnection[] {
    return this.saved.filter((entry) => entry.connection.engine === engine);
  }

  chosen(target: string): SavedConnection | null {
    return this.saved.find((entry) => entry.connection.name === this.choice[target]) ?? null;
  }

  /** True once every target has a connection or an address: only then is the environment known. */
  get bound(): boolean {
    return this.plan.targets.every(
      ({ id }) => this.choice[id] && (this.choice[id] !== ADDRESS || this.url[id]?.trim()),
    );
  }

  /** Most harmful environment among the bindings; an address may name its own. */
  get environment(): Environment {
    const order: Environment[] = ['development', 'staging', 'production'];
    let worst: Environment = 'development';
    for (const target of this.plan.targets) {
      const named =
        this.choice[target.id] === ADDRESS
          ? (/[?&]environment=(\w+)/.exec(this.url[target.id] ?? '')?.[1] as Environment | undefined)
          : this.chosen(target.id)?.connection.environment;
      if (named && order.indexOf(named) > order.indexOf(worst)) worst = named;
    }
    return worst;
  }

  /** True while an address leaves its environment open: the engine takes it as development then. */
  get assumed(): boolean {
    return this.plan.targets.some(
      ({ id }) =>
        this.choice[id] === ADDRESS && this.url[id]?.trim() && !/[?&]environment=\w/.test(this.url[id] ?? ''),
    );
  }

  /** Connections whose password is asked for and not yet known. */
  get asksPassword(): SavedConnection[] {
    const names = new Set(this.plan.targets.map((target) => this.choice[target.id]));
    return this.saved.filter(
      (entry) =>
        names.has(entry.connection.name) &&
        entry.connection.secret.kind === 'prompt' &&
        !entry.password_in_memory,
    );
  }

  /** All that is still missing, in sentences; `null` when it may start. */
  get missing(): string | null {
    if (this.plan.problems.length > 0) return 'Mend the problems of the plan first.';
    const all: string[] = [];
    const ids = this.plan.targets.map(({ id }) => id);
    const unbound = ids.filter((id) => !this.choice[id]);
    const untyped = ids.filter((id) => this.choice[id] === ADDRESS && !this.url[id]?.trim());
    if (unbound.length > 0) all.push(`Choose a connection for ${unbound.join(', ')}.`);
    if (untyped.length > 0) all.push(`Type an address for ${untyped.join(', ')}.`);
    if (!this.plan.trusted && !this.trust) all.push('Confirm that you trust what this plan runs.');
    if (this.environment === 'production') {
      if (this.confirm.trim() !== this.plan.name)
        all.push('Type the name of the plan to confirm production.');
      if (this.reason.trim() === '') all.push('Say why it runs without a rehearsal.');
    }
    return all.length === 0 ? null : all.join(' ');
  }

  /** Starts the session and returns its id. */
  async start(): Promise<string | null> {
    if (this.missing !== null || this.starting) return null;
    this.starting = true;
    this.problem = null;
    this.unfinished = null;
    try {
      for (const entry of this.asksPassword) {
        const password = this.passwords[entry.connection.name];
        if (password) this.saved = await keepPassword(entry.connection.name, password);
      }
      if (this.trust && !this.plan.trusted) await trustPlan(this.plan.path, this.plan.hash);
      return await startSession({
        plan_path: this.plan.path,
        binds: this.plan.targets.map((target) => {
          const choice = this.choice[target.id] ?? '';
          return choice === ADDRESS
            ? { target: target.id, connection: '', url: (this.url[target.id] ?? '').trim() }
            : { target: target.id, connection: choice, url: '' };
        }),
        trust: this.trust,
        confirm: this.confirm.trim() || null,
        reason: this.reason.trim() || null,
        adopt: this.adopt ? this.lost : null,
        unattended: this.unattended,
      });
    } catch (error) {
      this.problem = asProblem(error);
      if (this.problem.code === 'unfinished-session')
        this.unfinished = /^Session (\S+) on target/.exec(this.problem.message)?.[1] ?? null;
      const lost = /--adopt (\S+)/.exec(this.problem.hint)?.[1];
      if (this.problem.code === 'unknown-session' && lost) {
        this.lost = lost;
        this.problem = { ...this.problem, hint: 'Go on with it, or open the journal that knows it.' };
      }
      return null;
    } finally {
      this.starting = false;
    }
  }
}
