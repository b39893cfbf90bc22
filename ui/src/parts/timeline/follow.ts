// What follows while a bar is dragged: a forward pass over the steps behind it, by the rules of the schedule as far as
// the window knows them. What is dropped is reckoned by the engine.
import type { Lane, Row } from '../shapes';

export type Times = { start: number; finish: number };

/** The steps of a plan, each behind what it waits for. */
export class Followers {
  #rows: Map<string, Row>;
  #order: Row[] = [];
  /** Earliest times that are no step's doing: a fixed start, a window, the start of a phase. */
  #held = new Map<string, number>();
  #phasesBefore = new Map<string, string[]>();
  #members = new Map<string, Row[]>();

  constructor(rows: Row[], lanes: Lane[]) {
    this.#rows = new Map(rows.map((row) => [row.id, row]));
    for (const lane of lanes) this.#phasesBefore.set(lane.id, lane.after ?? []);
    for (const row of rows) {
      if (row.phase === null) continue;
      const members = this.#members.get(row.phase);
      if (members) members.push(row);
      else this.#members.set(row.phase, [row]);
    }
    this.#sort(rows);
    const pass = new Pass();
    for (const row of this.#order)
      if (row.startMs !== null && row.startMs > this.#free(row, pass)) this.#held.set(row.id, row.startMs);
  }

  /** Returns the earliest start that the steps and phases before it allow. */
  earliest(id: string): number {
    const row = this.#rows.get(id);
    return row ? this.#free(row, new Pass()) : 0;
  }

  /** Returns the times of the steps that come to lie elsewhere when `id` lies at `wanted`; it is always among them. */
  moved(id: string, wanted: Times): Map<string, Times> {
    const pass = new Pass();
    pass.moved.set(id, wanted);
    const first = this.#order.findIndex((row) => row.id === id);
    for (const row of this.#order.slice(first + 1)) {
      if (row.startMs === null) continue;
      const start = Math.max(this.#free(row, pass), this.#held.get(row.id) ?? 0);
      if (start !== row.startMs)
        pass.moved.set(row.id, { start, finish: start + (row.finishMs ?? row.startMs) - row.startMs });
    }
    return pass.moved;
  }

  #free(row: Row, pass: Pass): number {
    let free = 0;
    for (const before of row.after) {
      const finish = pass.moved.get(before)?.finish ?? this.#rows.get(before)?.finishMs ?? 0;
      free = Math.max(free, finish);
    }
    for (const phase of this.#before(row)) {
      // All of its steps lie before this one in the order, so its end is known by now.
      let end = pass.ends.get(phase);
      if (end === undefined) {
        end = 0;
        for (const member of this.#members.get(phase) ?? [])
          end = Math.max(end, pass.moved.get(member.id)?.finish ?? member.finishMs ?? 0);
        pass.ends.set(phase, end);
      }
      free = Math.max(free, end);
    }
    return free;
  }

  #before(row: Row): string[] {
    return row.phase === null ? [] : (this.#phasesBefore.get(row.phase) ?? []);
  }

  /** Walks backwards without recursion: a plan may be one long chain. */
  #sort(rows: Row[]) {
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
            const before = this.#rows.get(id);
            if (before && !seen.has(id)) stack.push(before);
          }
          for (const phase of this.#before(row))
            if ((left.get(phase) ?? 0) > 0)
              for (const member of this.#members.get(phase) ?? [])
                if (!seen.has(member.id)) stack.push(member);
          continue;
        }
        stack.pop();
        if (state === 'done') continue;
        seen.set(row.id, 'done');
        this.#order.push(row);
        if (row.phase !== null) left.set(row.phase, (left.get(row.phase) ?? 1) - 1);
      }
    }
  }
}

/** What one forward pass has found so far. */
class Pass {
  moved = new Map<string, Times>();
  ends = new Map<string, number>();
}
