// What follows while a bar is dragged: a forward pass over the steps behind it, by the rules of the schedule as far as
// the window knows them. What is dropped is reckoned by the engine.
import type { Lane, Row } from '../shapes';
import { Order } from './order';

export type Times = { start: number; finish: number };

/** The steps of a plan, each behind what it waits for. */
export class Followers {
  #rows: Map<string, Row>;
  #order: Order;
  /** Earliest times that are no step's doing: a fixed start, a window, the start of a phase. */
  #held = new Map<string, number>();

  constructor(rows: Row[], lanes: Lane[]) {
    this.#rows = new Map(rows.map((row) => [row.id, row]));
    this.#order = new Order(rows, lanes);
    const pass = new Pass();
    for (const row of this.#order.rows)
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
    const first = this.#order.rows.findIndex((row) => row.id === id);
    for (const row of this.#order.rows.slice(first + 1)) {
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
    for (const phase of this.#order.before(row)) {
      // All of its steps lie before this one in the order, so its end is known by now.
      let end = pass.ends.get(phase);
      if (end === undefined) {
        end = 0;
        for (const member of this.#order.members(phase))
          end = Math.max(end, pass.moved.get(member.id)?.finish ?? member.finishMs ?? 0);
        pass.ends.set(phase, end);
      }
      free = Math.max(free, end);
    }
    return free;
  }
}

/** What one forward pass has found so far. */
class Pass {
  moved = new Map<string, Times>();
  ends = new Map<string, number>();
}
