// How a timeline says moments: on the clocks of the plan's zone, or from a start that is not known.
import { duration } from '../../words/format';
import type { Zone } from '../../words/zone';
import { WORDS } from './legend';
import type { Moment } from './moments';

/** What two moments at the same time are called; short, since it stands beside their line. */
const BOTH = 'no return, roll back by';

export class Saying {
  #zone: Zone;
  #startAtMs: number | null;

  constructor(zone: Zone, startAtMs: number | null) {
    this.#zone = zone;
    this.#startAtMs = startAtMs;
  }

  /** Writes a time. */
  when(offset: number): string {
    if (this.#startAtMs !== null) return this.#zone.time(this.#startAtMs + offset);
    return offset === 0 ? '0' : `+${duration(offset)}`;
  }

  /** Writes a time with its day. */
  day(offset: number): string {
    return this.#startAtMs === null ? this.when(offset) : this.#zone.say(this.#startAtMs + offset);
  }

  /** Writes a moment with its name; one that is only expected to the minute, and no later than it may be. */
  moment({ kind, at, sure, both }: Moment): string {
    const name = both ? BOTH : WORDS[kind];
    if (sure === undefined || this.#startAtMs === null) return `${name} ${this.when(at)}`;
    const minutes = (this.#startAtMs + at) / 60_000;
    const whole = sure === 'about' ? Math.round(minutes) : Math.floor(minutes);
    return `${name} ${sure} ${this.#zone.time(whole * 60_000)}`;
  }
}
