// Round distances between the marks of a time axis.

const STEPS = [
  100, 250, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000,
  1_800_000, 3_600_000, 7_200_000, 10_800_000, 21_600_000, 43_200_000, 86_400_000, 172_800_000, 604_800_000,
  2_419_200_000,
];

/** Returns marks from 0 to `span` that are at least `apart` pixels apart on `width` pixels. */
export function ticks(span: number, width: number, apart: number): { at: number; step: number }[] {
  if (span <= 0 || width <= 0) return [];
  const least = (span / width) * apart;
  let step = STEPS.find((candidate) => candidate >= least) ?? STEPS[STEPS.length - 1]!;
  while (step < least) step *= 2;
  const marks = [];
  for (let at = 0; at <= span; at += step) marks.push({ at, step });
  return marks;
}
