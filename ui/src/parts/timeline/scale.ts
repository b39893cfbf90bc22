// Which part of time is in sight, and how zooming and panning change it. Offsets are milliseconds from the start.

/** What is in sight: its left edge, and how much time a pixel is. */
export type View = { from: number; perPx: number };
/** The time there is something to see in. */
export type Span = { from: number; to: number };

/** Most time and least time a pixel can be: 3,650 days or 5 seconds on 1,000 pixels. */
const COARSEST = 315_360_000;
const FINEST = 5;
/** Weeks are seen whole, even of a plan of minutes. */
const WIDE = 42 * 86_400_000;

export const x = (view: View, at: number) => (at - view.from) / view.perPx;
export const at = (view: View, px: number) => view.from + px * view.perPx;

/** Shows the whole span, with a margin of `edge` pixels on both sides. */
export function fit(span: Span, width: number, edge: number): View {
  const room = Math.max(50, width - 2 * edge);
  const perPx = within((span.to - span.from) / room, FINEST, COARSEST);
  const middle = (span.from + span.to) / 2;
  return span.to - span.from >= FINEST * room
    ? { from: span.from - edge * perPx, perPx }
    : { from: Math.min(span.from - edge * perPx, middle - (width / 2) * perPx), perPx };
}

/** Zooms by a factor above 1 in and below 1 out; what lies at `px` stays there. */
export function zoom(view: View, factor: number, px: number, span: Span, width: number): View {
  const most = Math.max(span.to - span.from, WIDE) / Math.max(50, width);
  const perPx = within(view.perPx / factor, FINEST, Math.min(COARSEST, most * 1.1));
  return keep({ from: at(view, px) - px * perPx, perPx }, span, width);
}

export function pan(view: View, px: number, span: Span, width: number): View {
  return keep({ from: view.from + px * view.perPx, perPx: view.perPx }, span, width);
}

/** Keeps something of the span in sight. */
export function keep(view: View, span: Span, width: number): View {
  const { from, to } = reach(view, span, width);
  return { from: within(view.from, from, Math.max(from, to - width * view.perPx)), perPx: view.perPx };
}

/** Returns the time that panning reaches: the span and a little room, or all of a width that is larger. */
export function reach(view: View, span: Span, width: number): Span {
  // Enough for the words behind the last bar, which the view of the whole has room for.
  const edge = 120 * view.perPx;
  const slack = Math.max(0, width * view.perPx - (span.to - span.from) - 2 * edge);
  return { from: span.from - edge - slack, to: span.to + edge + slack };
}

export function within(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
