// To which times a bar snaps: whole minutes, quarters of an hour, days, as fine as can be aimed at.
import { DAY, type Zone } from '../../words/zone';

const GRIDS = [
  1000,
  5000,
  15_000,
  60_000,
  300_000,
  900_000,
  1_800_000,
  3_600_000,
  10_800_000,
  21_600_000,
  DAY,
  7 * DAY,
];
/** Pixels that can be aimed at. */
const AIM = 5;

/** Returns the grid at a zoom. */
export function grid(perPx: number): number {
  return GRIDS.find((step) => step >= perPx * AIM) ?? GRIDS[GRIDS.length - 1]!;
}

/** Returns the nearest time on the grid; with a start it is round on the clocks of the zone. */
export function snap(at: number, step: number, start: number | null, zone: Zone): number {
  if (start === null) return Math.round(at / step) * step;
  // Monday is a fourth day of 1970.
  const base = step === 7 * DAY ? 4 * DAY : 0;
  const shown = Math.round((zone.shown(at + start) - base) / step) * step + base;
  const instants = zone.instants(shown);
  const near = (instant: number) => Math.abs(instant - start - at);
  const best = instants.toSorted((a, b) => near(a) - near(b))[0] ?? zone.first(shown);
  return best - start;
}

/** Returns the next time on the grid after or before `at`. */
export function next(at: number, step: number, ways: 1 | -1, start: number | null, zone: Zone): number {
  const near = snap(at, step, start, zone);
  if ((near - at) * ways > 0) return near;
  // Where the clocks change, a step on the clock may be longer or shorter, never none.
  const there = snap(near + ways * step, step, start, zone);
  return (there - at) * ways > 0 ? there : near + ways * step;
}
