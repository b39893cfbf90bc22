// Asks the layout's own thread for places. One question is under way at a time; of those asked meanwhile the last one counts.
import type { Lane } from '../shapes';
import { layout, NOTHING, type Layout, type Pane, type Placeable } from './layout';

export type Asked = { turn: number; steps: Placeable[]; lanes: Lane[]; pane: Pane };
export type Answered = { turn: number; places: Layout };

export class Placing {
  /** The newest answer; an older one never takes its place. */
  places: Layout = $state.raw(NOTHING);
  #turn = 0;
  #underWay: Asked | null = null;
  #waiting: Asked | null = null;
  #worker: Worker | null = null;

  constructor(start: (() => Worker) | null = typeof Worker === 'undefined' ? null : thread) {
    if (!start) return;
    this.#worker = start();
    this.#worker.onmessage = ({ data }: MessageEvent<Answered>) => this.#take(data);
    // Where no thread can be had, the picture is still worth a moment of this one.
    this.#worker.onerror = () => {
      this.#worker?.terminate();
      this.#worker = null;
      const asked = this.#waiting ?? this.#underWay;
      this.#underWay = this.#waiting = null;
      if (asked) this.#here(asked);
    };
  }

  ask(steps: Placeable[], lanes: Lane[], pane: Pane) {
    const asked = { turn: ++this.#turn, steps, lanes, pane };
    if (!this.#worker) this.#here(asked);
    else if (this.#underWay) this.#waiting = asked;
    else this.#send(asked);
  }

  close() {
    this.#worker?.terminate();
    this.#worker = null;
    this.#underWay = this.#waiting = null;
  }

  #send(asked: Asked) {
    this.#underWay = asked;
    this.#worker?.postMessage(asked);
  }

  #here(asked: Asked) {
    this.places = layout(asked.steps, asked.lanes, asked.pane);
  }

  #take({ turn, places }: Answered) {
    this.#underWay = null;
    const next = this.#waiting;
    this.#waiting = null;
    if (next) this.#send(next);
    else if (turn === this.#turn) this.places = places;
  }
}

function thread(): Worker {
  return new Worker(new URL('./layout.worker.ts', import.meta.url), { type: 'module' });
}
