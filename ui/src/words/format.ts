// Numbers, durations and times as the window writes them. Nothing here asks `Intl`: it throws under LANG=C in WebKit.

/** The units of a duration, as plan files and the terminal write them. */
const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** Writes a duration in its two largest units, and never as longer than it was: `29ms`, `12.4s`, `5m`, `1h30m`, `3d4h`. */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return '–';
  const whole = Math.round(ms);
  if (whole === 0) return '0s';
  if (whole < 1000) return `${whole}ms`;
  // Planned times are whole seconds, measured ones hardly ever are; tenths of them matter below a minute.
  if (whole < 60_000)
    return `${whole % 1000 === 0 ? whole / 1000 : (Math.floor(whole / 100) / 10).toFixed(1)}s`;
  const at = UNITS.findIndex(([, size]) => whole >= size);
  const [unit, size] = UNITS[at]!;
  const [below, part] = UNITS[at + 1]!;
  const rest = Math.floor((whole % size) / part);
  return `${Math.floor(whole / size)}${unit}${rest > 0 ? `${rest}${below}` : ''}`;
}

/** Writes how long something took; below a millisecond a clock has not measured nothing. */
export function measured(ms: number | null | undefined): string {
  return ms !== null && ms !== undefined && Math.round(ms) === 0 ? '<1ms' : duration(ms);
}

/** Writes how much longer or shorter something took, with its sign: `+1.2s`, `−62ms`, `0`. */
export function longer(ms: number | null): string {
  if (ms === null) return '–';
  return ms === 0 ? '0' : `${ms > 0 ? '+' : '−'}${duration(Math.abs(ms))}`;
}

/** Writes a running clock: `00:04:12`. */
export function stopwatch(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** Writes a local time of day with seconds. */
export function clock(atMs: number): string {
  const at = new Date(atMs);
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** Writes a local date and time: `2026-12-05 01:12:07`. */
export function moment(atMs: number): string {
  const at = new Date(atMs);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${clock(atMs)}`;
}

/** Writes how far this machine's clock is from UTC at a moment: `UTC`, `UTC+1`, `UTC−3:30`. */
export function offset(atMs: number): string {
  const east = -new Date(atMs).getTimezoneOffset();
  if (east === 0) return 'UTC';
  const [hours, minutes] = [Math.floor(Math.abs(east) / 60), Math.abs(east) % 60];
  return `UTC${east < 0 ? '−' : '+'}${hours}${minutes === 0 ? '' : `:${two(minutes)}`}`;
}

/** Writes a size in bytes. */
export function bytes(count: number): string {
  if (count < 1024) return `${count} B`;
  let value = count;
  let unit = 'B';
  for (unit of ['KiB', 'MiB', 'GiB', 'TiB']) {
    value /= 1024;
    if (value < 1024) break;
  }
  return `${value.toFixed(value < 10 ? 1 : 0)} ${unit}`;
}

/** Writes a whole number with thin groups: `12 345`. */
export function count(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
}

/** Writes a number with its noun: `1 step`, `3 steps`. */
export function many(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** Writes a sentence's beginning with a capital letter. */
export function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Shortens a path in the middle, so that the file's name stays readable. */
export function shortPath(path: string, longest = 60): string {
  if (path.length <= longest) return path;
  const tail = path.slice(-(longest - 12));
  return `${path.slice(0, 10)}…${tail}`;
}

/** Returns the file name of a path. */
export function fileName(path: string): string {
  return path.split(/[/\\]/).pop() || path;
}

/** Returns the end of a session's id, which tells apart those that began in the same second. */
export function shortId(id: string): string {
  return id.slice(id.lastIndexOf('-') + 1);
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
