// Times in the plan's zone. The offsets come with the plan, because `Intl` throws under LANG=C in WebKit.

/** From a moment on the clocks of a zone are so far from UTC, and call themselves so. */
export type ZoneOffset = { fromMs: number; offsetMs: number; name: string };

/** A local time taken apart. */
export type Local = {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  ms: number;
  weekday: number;
};

export const DAY = 86_400_000;
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The clocks of a zone. Without offsets they are those of this machine. */
export class Zone {
  readonly name: string;
  #offsets: ZoneOffset[];

  constructor(offsets: ZoneOffset[], name: string) {
    this.#offsets = offsets;
    this.name = offsets.length === 0 ? 'local time' : name;
  }

  /** Returns how far the clocks are from UTC. */
  offset(at: number): number {
    return this.#at(at)?.offsetMs ?? -new Date(at).getTimezoneOffset() * 60_000;
  }

  /** Returns the abbreviation, e.g. `CET`, or the offset of a zone that has none. */
  short(at: number): string {
    return this.#at(at)?.name || signed(this.offset(at));
  }

  /** Returns what the clocks show, as milliseconds since 1970 would. */
  shown(at: number): number {
    return at + this.offset(at);
  }

  /** Returns when the clocks show this: never where they skip it, twice where they go back over it. */
  instants(shown: number): number[] {
    // No zone changes twice within two days, so these are all offsets that can hold.
    const offsets = new Set([this.offset(shown - DAY), this.offset(shown + DAY)]);
    return [...offsets]
      .map((offset) => shown - offset)
      .filter((at) => this.shown(at) === shown)
      .toSorted((a, b) => a - b);
  }

  /** Returns the first moment at which the clocks show this or more. */
  first(shown: number): number {
    const [at] = this.instants(shown);
    // Inside a gap the offset before it leads behind the gap by as much.
    return at ?? shown - this.offset(shown - DAY);
  }

  local(at: number): Local {
    return apart(this.shown(at));
  }

  /** Writes `2026-12-05T01:00:00` as a plan file has it, with the offset where that comes twice. */
  write(at: number): string {
    const t = this.local(at);
    const rest = t.ms === 0 ? '' : `.${String(t.ms).padStart(3, '0')}`;
    const text = `${date(t)}T${two(t.hour)}:${two(t.minute)}:${two(t.second)}${rest}`;
    return this.instants(this.shown(at)).length < 2 ? text : text + signed(this.offset(at));
  }

  /** Writes `Sat 5 Dec 01:00`, with seconds where they are not 0. */
  say(at: number): string {
    const t = this.local(at);
    return `${weekday(t)} ${t.day} ${monthName(t)} ${this.time(at)}`;
  }

  /** Writes `01:12:07`. */
  clock(at: number): string {
    const t = this.local(at);
    return `${two(t.hour)}:${two(t.minute)}:${two(t.second)}`;
  }

  /** Writes `2026-12-05 01:12:07`. */
  moment(at: number): string {
    return `${date(this.local(at))} ${this.clock(at)}`;
  }

  /** Writes `01:00 Sat 5 Dec`, to the minute. */
  stamp(at: number): string {
    const t = this.local(at);
    return `${two(t.hour)}:${two(t.minute)} ${weekday(t)} ${t.day} ${monthName(t)}`;
  }

  /** Writes `01:00`, with seconds where they are not 0, and the abbreviation where it comes twice. */
  time(at: number): string {
    const t = this.local(at);
    const seconds = t.second === 0 && t.ms === 0 ? '' : `:${two(t.second)}`;
    const twice = this.instants(this.shown(at)).length < 2 ? '' : ` ${this.short(at)}`;
    return `${two(t.hour)}:${two(t.minute)}${seconds}${twice}`;
  }

  #at(at: number): ZoneOffset | undefined {
    let [low, high] = [0, this.#offsets.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#offsets[middle]!.fromMs <= at) low = middle;
      else high = middle - 1;
    }
    return this.#offsets[low];
  }
}

/** Takes what clocks show apart. */
export function apart(shown: number): Local {
  const t = new Date(shown);
  return {
    year: t.getUTCFullYear(),
    month: t.getUTCMonth() + 1,
    day: t.getUTCDate(),
    hour: t.getUTCHours(),
    minute: t.getUTCMinutes(),
    second: t.getUTCSeconds(),
    ms: t.getUTCMilliseconds(),
    weekday: t.getUTCDay(),
  };
}

/** Writes `2026-12-05`. */
export function date(t: Local): string {
  return `${String(t.year).padStart(4, '0')}-${two(t.month)}-${two(t.day)}`;
}

export function weekday(t: Local): string {
  return WEEKDAYS[t.weekday]!;
}

export function monthName(t: Local): string {
  return MONTHS[t.month - 1]!;
}

export function two(value: number): string {
  return String(value).padStart(2, '0');
}

function signed(offset: number): string {
  const minutes = Math.round(Math.abs(offset) / 60_000);
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
