// The sheet before a session starts: what it is bound to, what will run, what the person confirms.
import { asProblem, keepPassword, startSession, trustPlan } from '../ipc';
import type { Bind, Environment, Plan, Problem, SavedConnection } from '../ipc/types';

const ADDRESS = '\u0000address';

export class StartSheet {
  readonly plan: Plan;
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
    this.plan = plan;
    this.saved = saved;
    for (const target of plan.targets) {
      const named = proposed.find((bind) => bind.target === target.id);
      const fitting = saved.filter((entry) => entry.connection.engine === target.engine);
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

  /** What is still missing, as a sentence; `null` when it may start. */
  get missing(): string | null {
    for (const target of this.plan.targets) {
      const choice = this.choice[target.id];
      if (!choice) return `Choose a connection for ${target.id}.`;
      if (choice === ADDRESS && !this.url[target.id]?.trim()) return `Type an address for ${target.id}.`;
    }
    if (!this.plan.trusted && !this.trust) return 'Confirm that you trust what this plan runs.';
    if (this.environment === 'production') {
      if (this.confirm.trim() !== this.plan.name) return 'Type the name of the plan to confirm production.';
      if (this.reason.trim() === '') return 'Say why it runs without a rehearsal.';
    }
    return null;
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
