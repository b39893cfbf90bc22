// Marks of a time axis: round on the clocks of the plan's zone, or round distances from a start that is not known.
import { duration } from '../../words/format';
import { apart, date, DAY, monthName, two, weekday, type Zone } from '../../words/zone';

/** A mark, as an offset from the start. */
export type Mark = { at: number; text: string };
/** Marks of the lower row, and the days, months or years they lie in for the upper one. */
export type Axis = { marks: Mark[]; eras: Mark[]; step: number };

const STEPS = [
  100,
  200,
  500,
  1000,
  2000,
  5000,
  10_000,
  15_000,
  30_000,
  60_000,
  120_000,
  300_000,
  600_000,
  900_000,
  1_800_000,
  3_600_000,
  7_200_000,
  10_800_000,
  21_600_000,
  43_200_000,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
];
const MINUTE = 60_000;
const HOUR = 3_600_000;
const MONTH = 28 * DAY;
const MONTHS = [1, 2, 3, 6, 12, 24, 60, 120, 600, 1200];

/** Returns the marks from `from` to `to`, at least `apart` milliseconds from each other. */
export function axis(from: number, to: number, least: number, start: number | null, zone: Zone): Axis {
  if (!(to > from) || !(least > 0)) return { marks: [], eras: [], step: 0 };
  const step = STEPS.find((candidate) => candidate >= least);
  if (start === null) return relative(from, to, step ?? Math.ceil(least / DAY) * DAY);
  if (step === undefined) {
    const months = MONTHS.find((count) => count * MONTH >= least) ?? Math.ceil(least / (12 * MONTH)) * 12;
    return calendar(from + start, to + start, months, start, zone);
  }
  return clock(from + start, to + start, step, start, zone);
}

function relative(from: number, to: number, step: number): Axis {
  const marks = [];
  for (let at = Math.max(0, Math.ceil(from / step) * step); at <= to; at += step)
    marks.push({ at, text: at === 0 ? '0' : `+${ahead(at, step)}` });
  return { marks, eras: [{ at: 0, text: 'from the start' }], step };
}

/** Writes a distance as finely as the marks lie, where a duration of two units would say the same of several marks. */
function ahead(at: number, step: number): string {
  const hours = Math.floor(at / HOUR);
  if ((at >= MINUTE && step < 1000) || (at >= HOUR && step < MINUTE)) {
    const t = apart(at);
    return `${hours}:${two(t.minute)}:${two(t.second)}${step < 1000 ? `.${Math.floor(t.ms / 100)}` : ''}`;
  }
  const minutes = Math.round((at - hours * HOUR) / MINUTE);
  return at >= DAY && step < HOUR && minutes > 0 ? `${duration(hours * HOUR)}${minutes}m` : duration(at);
}

function clock(from: number, to: number, step: number, start: number, zone: Zone): Axis {
  const marks: Mark[] = [];
  // Days are counted from a Monday, so that weeks begin with one.
  const base = step >= 7 * DAY ? 4 * DAY : 0;
  const last = zone.shown(to) + 2 * 3_600_000;
  for (let shown = Math.floor((zone.shown(from) - base) / step) * step + base; shown <= last; shown += step) {
    const instants = step >= DAY ? [zone.first(shown)] : zone.instants(shown);
    for (const at of instants)
      if (at >= from && at <= to) marks.push({ at: at - start, text: written(shown, step) });
  }
  marks.sort((a, b) => a.at - b.at);
  return { marks, eras: step < DAY ? days(from, to, start, zone) : months(from, to, 1, start, zone), step };
}

function written(shown: number, step: number): string {
  const t = apart(shown);
  if (step >= DAY) return step >= 7 * DAY ? `${two(t.month)}-${two(t.day)}` : `${weekday(t)} ${t.day}`;
  const time = `${two(t.hour)}:${two(t.minute)}`;
  if (step >= 60_000) return time;
  return step >= 1000 ? `${time}:${two(t.second)}` : `${time}:${two(t.second)}.${Math.floor(t.ms / 100)}`;
}

/** Returns the first days of months in the lower row, years in the upper. */
function calendar(from: number, to: number, count: number, start: number, zone: Zone): Axis {
  const marks = months(from, to, count, start, zone).filter((mark) => mark.at >= from - start);
  const text = (mark: Mark) => {
    const t = zone.local(mark.at + start);
    return count >= 12 ? String(t.year) : monthName(t);
  };
  return {
    marks: marks.map((mark) => ({ at: mark.at, text: text(mark) })),
    eras: months(from, to, 12, start, zone).map((mark) => ({
      at: mark.at,
      text: String(zone.local(mark.at + start).year),
    })),
    step: count * MONTH,
  };
}

function days(from: number, to: number, start: number, zone: Zone): Mark[] {
  const eras: Mark[] = [];
  for (let shown = Math.floor(zone.shown(from) / DAY) * DAY; zone.first(shown) <= to; shown += DAY) {
    const t = apart(shown);
    eras.push({ at: zone.first(shown) - start, text: `${weekday(t)} ${date(t)}` });
  }
  return eras;
}

function months(from: number, to: number, count: number, start: number, zone: Zone): Mark[] {
  const t = zone.local(from);
  const eras: Mark[] = [];
  let month = t.year * 12 + t.month - 1;
  month -= month % count;
  for (;;) {
    const shown = Date.UTC(Math.floor(month / 12), month % 12, 1);
    const at = zone.first(shown);
    // Past the end of JavaScript's calendar there is nothing to mark.
    if (!(at <= to)) return eras;
    const day = apart(shown);
    eras.push({ at: at - start, text: `${monthName(day)} ${day.year}` });
    month += count;
  }
}
