// What lies in one database: its tables, what is known of the one that is looked into, and what the open plan names.
import { asProblem, countRows, listRelations, openRelation, touchedTables } from '../ipc';
import type { Engine, Problem, Relation, Relations, TableDetail, TouchedTarget } from '../ipc/types';

type Heading = { kind: 'schema'; key: string; schema: string; count: number };
export type Line = Heading | { kind: 'relation'; key: string; relation: Relation };
export type Looked = { detail: TableDetail | null; problem: Problem | null };

export function keyOf(relation: { schema: string; name: string }): string {
  return JSON.stringify([relation.schema, relation.name]);
}

/** Returns the steps that name a table, by the key of the table; `mine` are the plan's targets on this connection. */
export function stepsByTable(
  mine: readonly TouchedTarget[],
  relations: readonly Relation[],
): Map<string, string[]> {
  const exact = mine[0]?.engine === 'postgresql';
  const fold = (text: string) => (exact ? text : text.toLowerCase());
  const named = new Map<string, { schema: string | null; steps: string[] }[]>();
  for (const target of mine)
    for (const table of target.tables) {
      const name = fold(table.name);
      named.set(name, [...(named.get(name) ?? []), { schema: table.schema, steps: table.steps }]);
    }
  const found = new Map<string, string[]>();
  if (named.size === 0) return found;
  for (const relation of relations) {
    const steps = (named.get(fold(relation.name)) ?? [])
      .filter(
        ({ schema }) => schema === null || relation.schema === '' || fold(schema) === fold(relation.schema),
      )
      .flatMap(({ steps }) => steps);
    if (steps.length > 0) found.set(keyOf(relation), [...new Set(steps)]);
  }
  return found;
}

/** Returns the targets of a plan that mean this connection: by its name, else by engine and database. */
export function targetsOf(
  targets: readonly TouchedTarget[],
  connection: { name: string; engine: Engine; database: string },
): TouchedTarget[] {
  return targets.filter((target) => {
    if (target.engine !== connection.engine) return false;
    if (target.connection !== null) return target.connection === connection.name;
    return target.database === null || target.database === connection.database;
  });
}

export class Schema {
  readonly connection: { name: string; engine: Engine; database: string };
  list: Relations | null = $state.raw(null);
  loading = $state(false);
  problem: Problem | null = $state(null);
  filter = $state('');
  /** Only tables the open plan names. */
  onlyTouched = $state(false);
  selected: string | null = $state(null);
  looked: Record<string, Looked> = $state({});
  counting: Record<string, boolean> = $state({});
  counted: Record<string, number> = $state({});
  countProblem: Problem | null = $state(null);
  targets: TouchedTarget[] = $state.raw([]);
  /** Whose targets these are. */
  #plan: string | null = null;
  #turn = 0;

  relations = $derived(this.list?.relations ?? []);
  touched = $derived(stepsByTable(this.targets, this.relations));
  lines: Line[] = $derived.by(() => {
    const words = this.filter.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const found: Line[] = [];
    let heading: Heading | undefined;
    for (const relation of this.relations) {
      const key = keyOf(relation);
      if (this.onlyTouched && !this.touched.has(key)) continue;
      const name = `${relation.schema}.${relation.name}`.toLowerCase();
      if (!words.every((word) => name.includes(word))) continue;
      if (relation.schema !== '' && heading?.schema !== relation.schema) {
        heading = { kind: 'schema', key: `schema ${relation.schema}`, schema: relation.schema, count: 0 };
        found.push(heading);
      }
      if (heading) heading.count++;
      found.push({ kind: 'relation', key, relation });
    }
    return found;
  });
  relation = $derived(this.relations.find((relation) => keyOf(relation) === this.selected) ?? null);

  constructor(connection: { name: string; engine: Engine; database: string }) {
    this.connection = connection;
  }

  async read() {
    const turn = ++this.#turn;
    this.loading = true;
    this.problem = null;
    this.looked = {};
    this.counted = {};
    try {
      const list = await listRelations(this.connection.name);
      if (turn !== this.#turn) return;
      this.list = list;
      if (this.relation) void this.look(this.relation);
      else this.selected = null;
    } catch (error) {
      if (turn === this.#turn) this.problem = asProblem(error);
    } finally {
      if (turn === this.#turn) this.loading = false;
    }
  }

  select(relation: Relation) {
    this.selected = keyOf(relation);
    this.countProblem = null;
    if (!this.looked[this.selected]?.detail) void this.look(relation);
  }

  async look(relation: Relation) {
    const key = keyOf(relation);
    const turn = this.#turn;
    this.looked[key] = { detail: null, problem: null };
    try {
      const detail = await openRelation(this.connection.name, relation.schema, relation.name);
      if (turn === this.#turn) this.looked[key] = { detail, problem: null };
    } catch (error) {
      if (turn === this.#turn) this.looked[key] = { detail: null, problem: asProblem(error) };
    }
  }

  async count(relation: Relation) {
    const key = keyOf(relation);
    if (this.counting[key]) return;
    this.counting[key] = true;
    this.countProblem = null;
    try {
      this.counted[key] = await countRows(this.connection.name, relation.schema, relation.name);
    } catch (error) {
      this.countProblem = asProblem(error);
    } finally {
      delete this.counting[key];
    }
  }

  /** Reads what the open plan names, when it is another plan than before. */
  async compare(plan: { path: string; hash: string } | null) {
    const wanted = plan ? `${plan.path} ${plan.hash}` : null;
    if (wanted === this.#plan) return;
    this.#plan = wanted;
    if (!plan) {
      this.targets = [];
      this.onlyTouched = false;
      return;
    }
    try {
      const targets = await touchedTables(plan.path);
      if (wanted === this.#plan) this.targets = targetsOf(targets, this.connection);
    } catch {
      // What is wrong with the plan is told where the plan is shown.
      if (wanted === this.#plan) this.targets = [];
    }
  }
}
