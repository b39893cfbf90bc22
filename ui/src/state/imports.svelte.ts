// Connections found elsewhere: the source that was asked for, what is in it, and which of it is to be saved.
import { asProblem, findConnections, importConnections } from '../ipc';
import type { Environment, ImportFound, ImportSource, Problem, SavedConnection } from '../ipc/types';

export type Chosen = { on: boolean; name: string; database: string; environment: Environment };

/** Returns a name that is free. */
export function freeName(wanted: string, taken: ReadonlySet<string>): string {
  const base = wanted.trim() || 'database';
  let name = base;
  for (let number = 2; taken.has(name); number++) name = `${base}-${number}`;
  return name;
}

export class Imports {
  open = $state(false);
  source: ImportSource | null = $state(null);
  found: ImportFound | null = $state.raw(null);
  chosen: Record<string, Chosen> = $state({});
  reading = $state(false);
  saving = $state(false);
  problem: Problem | null = $state(null);
  ready = $derived((this.found?.proposals ?? []).filter((one) => this.chosen[one.key]?.on));
  complete = $derived(
    this.ready.length > 0 &&
      this.ready.every((one) => {
        const choice = this.chosen[one.key]!;
        return choice.name.trim() !== '' && (one.connection.database !== '' || choice.database.trim() !== '');
      }) &&
      new Set(this.ready.map((one) => this.chosen[one.key]!.name.trim())).size === this.ready.length,
  );
  #turn = 0;

  begin() {
    this.#turn++;
    this.open = true;
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
    this.source = source;
    this.found = null;
    this.problem = null;
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
          environment: one.connection.environment,
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
      const choices = this.ready.map((one) => {
        const { name, database, environment } = this.chosen[one.key]!;
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
