// What of a timeline is in sight when it opens, and how a selected bar comes into sight.
import type { Band, Row } from '../shapes';
import { lies, outline, until, type Course, type Moved } from './bars';
import type { Times } from './follow';
import type { Line } from './lines';
import { fit, keep, x, type Span, type View } from './scale';
import { AWAY } from './signs';

/** Lines that are in sight at once, about: the height itself changes with every note above the timeline. */
const SCREENFUL = 24;
/** Share of the whole that lines in sight take up, from which on the whole shows how they lie to each other. */
const SPREAD = 0.25;
/** From so many pixels on the length of a bar can be seen. */
const LEGIBLE = 6;

/** What of a timeline is shown, and how it lies. */
export type Layout = {
  /** False when only the run is shown. */
  plan: boolean;
  course: Course;
  moved: Moved | null;
};

/** Returns the time there is something to see in. */
export function spanOf(
  rows: Row[],
  bands: Band[],
  { plan, moved }: Layout,
  nowMs: number | null,
  over: boolean,
): Span {
  let planEnd = 0;
  let runEnd = nowMs || 0;
  for (const row of rows) {
    planEnd = Math.max(planEnd, moved?.get(row.id)?.finish ?? row.finishMs ?? 0);
    runEnd = Math.max(runEnd, lastOf(row));
  }
  if (!plan) return { from: 0, to: Math.max(1000, runEnd) };
  let to = Math.max(1000, planEnd, over ? 0 : runEnd);
  // A window that ends long after the plan would press it into a corner.
  for (const band of bands) {
    const end = band.opensMs + band.lengthMs;
    if (end < 4 * planEnd || planEnd === 0) to = Math.max(to, end);
  }
  return { from: 0, to };
}

function lastOf({ ran, undo }: Row): number {
  return Math.max(ran?.finishMs ?? ran?.startMs ?? 0, undo?.finishMs ?? undo?.startMs ?? 0);
}

/** Returns where to look for a row: where it is planned or expected, or its run and undo. */
export function extent(row: Row, { plan, course, moved }: Layout, now: number | null): Times | null {
  if (plan) return lies(row, moved, course) ?? outline(row, moved, course);
  const runs = [row.ran, row.undo].filter((run) => run !== null);
  if (runs.length === 0) return null;
  return {
    start: Math.min(...runs.map((run) => run.startMs)),
    finish: Math.max(...runs.map((run) => until(run, now))),
  };
}

/** Returns true where a small arrow says that something is out of sight: a bar, or where the slack of one ends. */
export function points(rows: Row[], { plan, course, moved }: Layout, view: View, width: number): boolean {
  return rows.some((row) => {
    const bar = plan ? outline(row, moved, course) : null;
    const spans = [row.ran, row.undo].flatMap((run) =>
      run ? [{ start: run.startMs, finish: until(run, null) }] : [],
    );
    if (bar) spans.push(bar);
    if (spans.length === 0) return false;
    if (Math.min(...spans.map((span) => x(view, span.start))) > width) return true;
    if (Math.max(...spans.map((span) => x(view, span.finish))) <= AWAY) return true;
    const slack = bar?.look === 'planned' && !moved?.has(row.id) ? (row.slackMs ?? 0) : 0;
    return bar !== null && slack > 0 && x(view, bar.finish) < width && x(view, bar.finish + slack) > width;
  });
}

/**
 * Returns the view in which a timeline opens, with the line `near` in sight.
 *
 * The whole, if its lines are few, or as long as its typical bar has a length to see, or the lines in sight are spread over a good part of it.
 * Else as much as these lines take up, from their start on; or less, where their typical bar had no length even so.
 */
export function opening(
  lines: Line[],
  layout: Layout,
  near: number,
  span: Span,
  width: number,
  edge: number,
): View {
  const whole = fit(span, width, edge);
  // A few lines are taken in at a glance, however short some of them are.
  if (lines.length <= SCREENFUL) return whole;
  const first = Math.max(0, near - SCREENFUL + 1);
  const bars = barsOf(lines.slice(first, first + SCREENFUL), layout);
  if (bars.length === 0) return whole;
  const from = Math.min(...bars.map((bar) => bar.start));
  const to = Math.max(...bars.map((bar) => bar.finish));
  if (to - from >= SPREAD * (span.to - span.from)) return whole;
  if (typical(barsOf(lines, layout)) >= LEGIBLE * whole.perPx) return whole;
  const length = typical(bars);
  if (length === 0) return whole;
  const sight = fit({ from, to }, width, edge);
  const perPx = Math.min(sight.perPx, length / LEGIBLE);
  const view = keep({ from: from - edge * perPx, perPx }, span, width);
  // So much nearer, the bar that matters may be out of sight.
  const [bar] = barsOf(lines.slice(near, near + 1), layout);
  return (bar && reveal(view, bar, span, width, edge)) ?? view;
}

function barsOf(lines: Line[], layout: Layout): Times[] {
  const bars: Times[] = [];
  for (const line of lines) {
    const bar = line.kind === 'step' ? extent(line.row, layout, null) : null;
    if (bar) bars.push(bar);
  }
  return bars;
}

/** Returns the median length of the bars that have one. */
function typical(bars: Times[]): number {
  const lengths = Float64Array.from(bars, (bar) => bar.finish - bar.start)
    .filter((length) => length > 0)
    .sort();
  return lengths[lengths.length >> 1] ?? 0;
}

/** Returns the view moved so that a bar that is out of sight begins at its left; `null` when it is in sight. */
export function reveal(view: View, bar: Times, span: Span, width: number, edge: number): View | null {
  if (x(view, bar.finish) >= 0 && x(view, bar.start) <= width) return null;
  return keep({ from: bar.start - edge * view.perPx, perPx: view.perPx }, span, width);
}
