// The plan that lies open, what is changed in it, and the plans that lay open before.
import {
  asProblem,
  createPlan,
  editPlan,
  forgetPlan,
  openPlan,
  recentPlans,
  redoPlan,
  rewritePlan,
  settlePlan,
  trustPlan,
  undoPlan,
  watchPlan,
} from '../ipc';
import type { Choice, Clash, Edit, Edited, NewPlan, Plan, PlanSeen, Problem, RecentPlan } from '../ipc/types';
import { once } from './once';
import { echoed } from './echo';
import { whole } from './kept';
import { hold } from './memory';
import { bands, lanes, plannedRows, rollbackBy } from './rows';

export class Plans {
  recent: RecentPlan[] | null = $state(null);
  plan: Plan | null = $state.raw(null);
  /** Path that is being opened. */
  loading: string | null = $state(null);
  problem: Problem | null = $state(null);
  selected: string | null = $state(null);
  /** Why the last change was not made; the file is as it was. */
  refusal: Problem | null = $state.raw(null);
  /** Two changes of one place, which a person has to settle before anything is written. */
  clash: Clash | null = $state.raw(null);
  /** Whether that question stands before the person; put off, it stays open, and nothing else is written. */
  asking = $state(true);
  /** Set while the file is not there, or cannot be read any more. */
  gone: Problem | null = $state.raw(null);
  /** What undo takes back and what redo does again, in words. */
  undoable: string | null = $state(null);
  redoable: string | null = $state(null);
  /** Changes that are on their way to the file. */
  saving = $state(0);
  /** The plan as it is drawn: the document alone shows what a mistake has in it twice. */
  drawn = $derived(this.plan ? once(this.plan) : null);
  rows = $derived(this.drawn ? plannedRows(this.drawn) : []);
  lanes = $derived(lanes(this.drawn));
  bands = $derived(bands(this.drawn));
  rollbackByMs = $derived(rollbackBy(this.plan));
  /** Where a sentence goes that is shown for a moment. */
  say: (words: string) => void = () => {};
  #turn = 0;
  #told = 0;
  #queue: Promise<unknown> = Promise.resolve();
  /** Edits that are shown before the file has them, and the plan as the file has it. */
  #echoes: Edit[][] = [];
  #real: Plan | null = null;
  #watched = '';
  #unwatch: (() => void) | null = null;

  async list() {
    try {
      this.recent = await recentPlans();
    } catch (error) {
      this.recent ??= [];
      this.problem = asProblem(error);
    }
  }

  /** Takes a plan off the list of recent ones; its file stays. */
  async forget(path: string) {
    try {
      this.recent = await forgetPlan(path);
    } catch (error) {
      this.problem = asProblem(error);
    }
  }

  async open(path: string) {
    const wanted = path.trim();
    if (wanted !== '') await this.#enter(wanted, () => openPlan(wanted));
  }

  /** Writes a new plan and opens it; returns what stands against it. */
  async create(wanted: NewPlan): Promise<Problem | null> {
    const before = this.problem;
    await this.#enter(wanted.path, () => createPlan(wanted));
    const problem = this.problem;
    // The form that asked shows it, at its place.
    if (problem) this.problem = before;
    return problem;
  }

  async #enter(wanted: string, read: () => Promise<Plan>) {
    const turn = ++this.#turn;
    this.loading = wanted;
    this.problem = null;
    try {
      const plan = await read();
      if (turn !== this.#turn) return;
      if (this.plan?.path !== plan.path) this.#leave();
      this.plan = plan;
      hold('plan', plan.path);
      this.gone = null;
      this.selected ??= plan.steps[0]?.id ?? null;
      await this.#watch(plan);
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
    this.#leave();
    this.plan = null;
    hold('plan', '');
    this.loading = null;
    this.problem = null;
    void this.list();
  }

  /** Changes the file: all edits or none. `what` names them for undo. False when nothing was written; then it is said why. */
  async edit(what: string, edits: Edit[]): Promise<boolean> {
    const chosen = this.selected;
    this.#echo(edits);
    const done = await this.#change((plan) => editPlan(plan.path, plan.hash, what, edits), edits);
    for (const edit of done ? edits : [])
      if (edit.do === 'rename_step' && chosen === edit.id) this.selected = edit.to;
    return done;
  }

  async undo(): Promise<void> {
    let what: string | null = null;
    const done = await this.#change((plan) =>
      (what = this.#free(this.undoable)) ? undoPlan(plan.path) : null,
    );
    if (done) this.say(`Undone: ${what}`);
  }

  async redo(): Promise<void> {
    let what: string | null = null;
    const done = await this.#change((plan) =>
      (what = this.#free(this.redoable)) ? redoPlan(plan.path) : null,
    );
    if (done) this.say(`Done again: ${what}`);
  }

  /** Ends a clash. */
  async settle(choice: Choice): Promise<void> {
    const beside = this.clash?.beside;
    if (!(await this.#change((plan) => settlePlan(plan.path, choice)))) return;
    if (choice === 'beside') this.say(`Your change is in ${beside}`);
  }

  /** Writes the file again as it was shown last, when it is gone. */
  async rewrite(): Promise<void> {
    if (await this.#change((plan) => rewritePlan(plan.path))) this.say('The plan is written again');
  }

  /**
   * One change after the other, so that each builds on the view the one before returned, and a key that is pressed
   * while one is on its way counts. `write` returns `null` when there is nothing to do by then.
   */
  #change(write: (plan: Plan) => Promise<Edited> | null, echo?: Edit[]): Promise<boolean> {
    this.saving++;
    const done = this.#queue.then(() => this.#write(write, echo));
    this.#queue = done;
    return done;
  }

  /** Shows at once what an edit will make of the plan. */
  #echo(edits: Edit[]) {
    if (!this.plan) return;
    const shown = echoed(this.plan, edits);
    if (shown === this.plan) return;
    if (this.#echoes.length === 0) this.#real = this.plan;
    this.#echoes = [...this.#echoes, edits];
    this.plan = shown;
  }

  /** Shows the plan as the file has it, with what is on its way there. */
  #show(plan: Plan) {
    if (this.#echoes.length > 0) this.#real = plan;
    this.plan = this.#echoes.reduce(echoed, plan);
  }

  /** Ends an echo: the file has it now, or never will. */
  #still(echo: Edit[] | undefined) {
    if (!echo || !this.#echoes.includes(echo)) return;
    this.#echoes = this.#echoes.filter((one) => one !== echo);
    if (this.#real) this.plan = this.#echoes.reduce(echoed, this.#real);
    if (this.#echoes.length === 0) this.#real = null;
  }

  async #write(write: (plan: Plan) => Promise<Edited> | null, echo?: Edit[]): Promise<boolean> {
    const turn = this.#turn;
    try {
      if (!this.plan) return false;
      this.refusal = null;
      const edited = await write(this.plan);
      if (edited === null) return false;
      this.#still(echo);
      if (turn !== this.#turn && this.plan?.path !== edited.plan.path) return edited.clash === null;
      this.#ask(edited.clash);
      this.#take(edited);
      if (edited.merged) this.say('The file had been changed outside; both changes are in it now');
      return edited.clash === null;
    } catch (error) {
      this.#still(echo);
      this.refusal = asProblem(error);
      // Another change has to wait for the answer: the question is put again.
      if (this.clash && this.refusal.code === 'clash-open') this.asking = true;
      return false;
    } finally {
      this.saving--;
    }
  }

  #take(edited: Edited) {
    if (edited.turn <= this.#told) return;
    this.#told = edited.turn;
    const plan = whole(edited, this.#real ?? this.plan);
    if (plan) this.#show(plan);
    // What stayed belongs to a view that has not come yet: the file is read whole, after what is on its way.
    else this.#queue = this.#queue.then(() => this.open(edited.plan.path));
    this.undoable = edited.undoable;
    this.redoable = edited.redoable;
    this.gone = null;
    // A file that someone else is still writing may have no step for a moment.
    if (plan && plan.steps.length > 0 && !plan.steps.some((step) => step.id === this.selected))
      this.selected = plan.steps[0]?.id ?? null;
  }

  async #watch(plan: Plan) {
    if (this.#watched === plan.path) return;
    this.#watched = plan.path;
    try {
      const { watch, stop } = await watchPlan(plan.path, plan.hash, (seen) => this.#seen(plan.path, seen));
      if (this.#watched !== plan.path) return stop();
      this.#unwatch = stop;
      if (this.#told > 0) return;
      [this.undoable, this.redoable, this.clash] = [watch.undoable, watch.redoable, watch.clash];
    } catch (error) {
      this.#watched = '';
      this.problem = asProblem(error);
    }
  }

  /** Returns what is to be done; while a question is open, that is put again in its place. */
  #free(what: string | null): string | null {
    if (!this.clash) return what;
    this.asking = true;
    return null;
  }

  /** Puts a question; one that was put off is put again when it is about something else. */
  #ask(clash: Clash | null) {
    if (clash) this.say('');
    if (JSON.stringify(clash) !== JSON.stringify(this.clash)) this.asking = true;
    this.clash = clash;
  }

  #seen(path: string, seen: PlanSeen) {
    if (this.plan?.path !== path) return;
    if (seen.kind === 'gone') {
      this.gone = seen.problem;
      // What was said of the file before is not so any more.
      this.say('');
      return;
    }
    const back = this.gone !== null;
    this.#ask(seen.now.clash);
    this.#take(seen.now);
    if (this.clash) return;
    this.say(back ? 'The file is back' : 'The file was changed outside; this is how it is now');
  }

  #leave() {
    this.#unwatch?.();
    this.#unwatch = null;
    this.#watched = '';
    this.#told = 0;
    this.#echoes = [];
    this.#real = null;
    this.selected = null;
    this.undoable = this.redoable = null;
    this.refusal = this.clash = this.gone = null;
    this.asking = true;
  }
}
