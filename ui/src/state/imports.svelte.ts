// Connections found elsewhere: the source that was asked for, what is in it, and which of it is to be saved.
import { asProblem, findConnections, importConnections } from '../ipc';
import type { Environment, ImportFound, ImportSource, Problem, SavedConnection } from '../ipc/types';

/** What a person wants of a connection that was found; its environment is empty until it is chosen. */
export type Chosen = { on: boolean; name: string; database: string; environment: Environment | '' };

/** Returns a name that is free. */
export function freeName(wanted: string, taken: ReadonlySet<string>): string {
  const base = wanted.trim() || 'database';
  let name = base;
  for (let number = 2; taken.has(name); number++) name = `${base}-${number}`;
  return name;
}

export class Imports {
  open = $state(false);
  /** Which kind of source is looked at. */
  kind: ImportSource['kind'] | null = $state(null);
  source: ImportSource | null = $state(null);
  found: ImportFound | null = $state.raw(null);
  chosen: Record<string, Chosen> = $state({});
  reading = $state(false);
  saving = $state(false);
  problem: Problem | null = $state(null);
  ready = $derived((this.found?.proposals ?? []).filter((one) => this.chosen[one.key]?.on));
  /** Why what is ticked cannot be saved; empty when it can. */
  unready = $derived.by(() => {
    const choices = this.ready.map((one) => ({ one, choice: this.chosen[one.key]! }));
    if (choices.length === 0) return 'Tick what to save.';
    const names = choices.map(({ choice }) => choice.name.trim());
    if (names.includes('') || new Set(names).size < names.length) return 'Each needs a name of its own.';
    // A service names its database itself.
    const homeless = choices.some(
      ({ one, choice }) =>
        one.connection.database === '' &&
        one.connection.secret.kind !== 'service' &&
        choice.database.trim() === '',
    );
    if (homeless) return 'Each needs a database.';
    const open = choices.filter(({ choice }) => choice.environment === '').length;
    if (open === 0) return '';
    return open === choices.length
      ? 'Choose the environment of each.'
      : `Choose the environment of ${open} more.`;
  });
  complete = $derived(this.unready === '');
  #turn = 0;

  begin() {
    this.#turn++;
    this.open = true;
    this.#clear(null);
  }

  /** Takes a kind of source up without reading it: which file it is will be said. */
  point(kind: ImportSource['kind']) {
    this.#turn++;
    this.#clear(kind);
  }

  #clear(kind: ImportSource['kind'] | null) {
    this.kind = kind;
    this.source = null;
    this.found = null;
    this.problem = null;
    this.reading = false;
  }

  close() {
    this.#turn++;
    this.open = false;
    this.found = null;
  }

  async read(source: ImportSource, taken: readonly string[]) {
    const turn = ++this.#turn;
    this.#clear(source.kind);
    this.source = source;
    this.reading = true;
    try {
      const found = await findConnections(source);
      if (turn !== this.#turn) return;
      const names = new Set(taken);
      const chosen: Record<string, Chosen> = {};
      for (const one of found.proposals) {
        const name = freeName(one.connection.name, names);
        names.add(name);
        chosen[one.key] = {
          on: one.saved_as === null,
          name,
          database: '',
          // Only what the source itself says of a guarded environment is taken over.
          environment: one.connection.environment === 'development' ? '' : one.connection.environment,
        };
      }
      this.chosen = chosen;
      this.found = found;
    } catch (error) {
      if (turn === this.#turn) this.problem = asProblem(error);
    } finally {
      if (turn === this.#turn) this.reading = false;
    }
  }

  /** Saves what is chosen; returns what is saved then and whose password is in memory only. */
  async save(): Promise<{ saved: SavedConnection[]; inMemory: string[]; count: number } | null> {
    if (!this.source || !this.complete) return null;
    this.saving = true;
    this.problem = null;
    try {
      const choices = this.ready.flatMap((one) => {
        const { name, database, environment } = this.chosen[one.key]!;
        if (environment === '') return [];
        return { key: one.key, name: name.trim(), database: database.trim(), environment };
      });
      const { saved, in_memory } = await importConnections($state.snapshot(this.source), choices);
      this.close();
      return { saved, inMemory: in_memory, count: choices.length };
    } catch (error) {
      this.problem = asProblem(error);
      return null;
    } finally {
      this.saving = false;
    }
  }
}
