// The steps of a plan, each behind what it waits for: steps before it, and phases before its own.
import type { Lane, Row } from '../shapes';

export class Order {
  /** Steps, each behind all it waits for; those of a circle are there too. */
  readonly rows: Row[] = [];
  #phasesBefore: Map<string, string[]>;
  #members = new Map<string, Row[]>();

  constructor(rows: Row[], lanes: Lane[]) {
    this.#phasesBefore = new Map(lanes.map((lane) => [lane.id, lane.after ?? []]));
    for (const row of rows) {
      if (row.phase === null) continue;
      const members = this.#members.get(row.phase);
      if (members) members.push(row);
      else this.#members.set(row.phase, [row]);
    }
    this.#sort(rows);
  }

  /** Returns the phases that must end before a step starts. */
  before(row: Row): string[] {
    return row.phase === null ? [] : (this.#phasesBefore.get(row.phase) ?? []);
  }

  members(phase: string): Row[] {
    return this.#members.get(phase) ?? [];
  }

  /** Walks backwards without recursion: a plan may be one long chain. */
  #sort(rows: Row[]) {
    const byId = new Map(rows.map((row) => [row.id, row]));
    const seen = new Map<string, 'open' | 'done'>();
    const left = new Map([...this.#members].map(([phase, members]) => [phase, members.length]));
    for (const root of rows) {
      const stack = [root];
      while (stack.length > 0) {
        const row = stack[stack.length - 1]!;
        const state = seen.get(row.id);
        if (state === undefined) {
          seen.set(row.id, 'open');
          for (const id of row.after) {
            const before = byId.get(id);
            if (before && !seen.has(id)) stack.push(before);
          }
          for (const phase of this.before(row))
            if ((left.get(phase) ?? 0) > 0)
              for (const member of this.members(phase)) if (!seen.has(member.id)) stack.push(member);
          continue;
        }
        stack.pop();
        if (state === 'done') continue;
        seen.set(row.id, 'done');
        this.rows.push(row);
        if (row.phase !== null) left.set(row.phase, (left.get(row.phase) ?? 1) - 1);
      }
    }
  }
}
