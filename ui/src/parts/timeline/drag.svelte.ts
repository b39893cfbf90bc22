// A bar on its way: dragged by the pointer or moved by the keyboard, until it is dropped or let go.
import type { Lane, Row } from '../shapes';
import { Followers, type Times } from './follow';
import { grid, next, snap } from './snap';
import type { Zone } from '../../words/zone';

export type Kind = 'move' | 'resize';
/** What a drop asks for; `null` means: as early as what lies before it allows. */
export type Drop =
  { kind: 'move'; id: string; startMs: number | null } | { kind: 'resize'; id: string; ms: number };

/** What a drag needs to know of the timeline. */
export type Ground = { rows: Row[]; lanes: Lane[]; start: number | null; zone: Zone; perPx: number };

export class Drag {
  readonly id: string;
  readonly kind: Kind;
  readonly origin: Times;
  /** Where it lies now. */
  now: Times = $state.raw({ start: 0, finish: 0 });
  /** All that comes to lie elsewhere. */
  moved: Map<string, Times> = $state.raw(new Map());
  /** True when it lies as early as what is before it allows. */
  early = $state(false);
  #ground: Ground;
  #followers: Followers;
  #earliest: number;

  constructor(row: Row, kind: Kind, ground: Ground) {
    this.id = row.id;
    this.kind = kind;
    this.origin = { start: row.startMs ?? 0, finish: row.finishMs ?? row.startMs ?? 0 };
    this.#ground = ground;
    this.#followers = new Followers(ground.rows, ground.lanes);
    // A step without a start of its own lies at its earliest, whatever holds it there.
    this.#earliest = row.fixedStart ? this.#followers.earliest(row.id) : this.origin.start;
    this.#lie(this.origin);
  }

  /** Returns whether it lies elsewhere than before. */
  get changed(): boolean {
    return this.now.start !== this.origin.start || this.now.finish !== this.origin.finish;
  }

  /** Follows the pointer, which is `ms` from where it took hold. */
  by(ms: number) {
    const { start, zone, perPx } = this.#ground;
    const step = grid(perPx);
    if (this.kind === 'move') this.#start(snap(this.origin.start + ms, step, start, zone));
    else this.#finish(snap(this.origin.finish + ms, step, start, zone));
  }

  /** Goes one step of the grid later or earlier. */
  nudge(ways: 1 | -1) {
    const { start, zone, perPx } = this.#ground;
    const step = grid(perPx);
    if (this.kind === 'move') this.#start(next(this.now.start, step, ways, start, zone));
    else this.#finish(next(this.now.finish, step, ways, start, zone));
  }

  /** Returns what is asked for when it is dropped here; `null` when nothing changes. */
  drop(fixed: boolean): Drop | null {
    if (!this.changed) return null;
    if (this.kind === 'resize') return { kind: 'resize', id: this.id, ms: this.now.finish - this.now.start };
    if (this.early) return fixed ? { kind: 'move', id: this.id, startMs: null } : null;
    return { kind: 'move', id: this.id, startMs: this.now.start };
  }

  #start(wanted: number) {
    const start = Math.max(this.#earliest, wanted);
    this.#lie({ start, finish: start + this.origin.finish - this.origin.start });
  }

  #finish(wanted: number) {
    const { start } = this.origin;
    this.#lie({ start, finish: Math.max(start, wanted) });
  }

  #lie(now: Times) {
    this.now = now;
    this.early = this.kind === 'move' && now.start <= this.#earliest;
    this.moved = this.#followers.moved(this.id, now);
  }
}
