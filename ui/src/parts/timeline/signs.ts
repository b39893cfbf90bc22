// How each sign of a timeline is drawn, on its canvas and as a sample in its legend. `y` is the upper edge of a line.
import type { Tint } from '../../words/words';
import type { Look as Bar } from './bars';
import type { Colours } from './colours';

export const ROW = 28;
/** A bar is never narrower, however little it takes: it could not be seen. */
export const SLIVER = 6;
/** Least width of a bar whose length nobody gave: its hatching is to be seen. */
export const STUB = 16;
/** So far left of what is in sight nothing of a bar or its words is seen. */
export const AWAY = -60;
/** How far the point of an undo lies before its start: it is seen at any scale. */
export const POINT = 5;

export type Pen = CanvasRenderingContext2D;
/** What makes a planned bar look as it does. */
export type Look = { critical: boolean; downtime: boolean };

export function band(
  pen: Pen,
  colours: Colours,
  tight: boolean,
  from: number,
  to: number,
  y: number,
  height: number,
) {
  pen.globalAlpha = 0.6;
  pen.fillStyle = tight ? colours.softBad : colours.band;
  pen.fillRect(from, y, Math.max(1, to - from), height);
  pen.globalAlpha = 1;
  pen.fillStyle = tight ? colours.bad : colours.accent;
  pen.fillRect(from, y, 1, height);
  pen.fillRect(to, y, 1, height);
}

/** Width of an end of a bracket. */
const LEG = 5;

/** A phase, from its first start to its last end. */
export function bracket(pen: Pen, colours: Colours, left: number, to: number, y: number) {
  const right = Math.max(to, left + 2 * LEG);
  pen.fillStyle = colours.soft;
  pen.beginPath();
  pen.moveTo(left, y + 10);
  pen.lineTo(right, y + 10);
  pen.lineTo(right, y + 20);
  pen.lineTo(right - LEG, y + 15);
  pen.lineTo(left + LEG, y + 15);
  pen.lineTo(left, y + 20);
  pen.fill();
}

/** Dashes of an outline: what is expected is not sure, what was left is faint. */
const DASHES: Record<Bar, number[]> = { planned: [], expected: [4, 3], was: [], left: [1, 3] };

/** Sets how the outline and the inside of a bar or moment look that is none of a run. */
export function outlined(pen: Pen, colours: Colours, look: Look, bar: Bar = 'planned') {
  const behind = bar === 'was' || bar === 'left';
  const critical = look.critical && !behind;
  pen.fillStyle = behind ? colours.surface : look.downtime ? colours.softLook : colours.raised;
  pen.strokeStyle = critical ? colours.text : colours.faint;
  pen.lineWidth = critical ? 2 : 1;
}

export function outline(pen: Pen, left: number, length: number, high: number, thick: number, bar: Bar) {
  pen.setLineDash(DASHES[bar]);
  pen.beginPath();
  // On whole pixels a thin line is one that is seen.
  pen.roundRect(Math.round(left) + 0.5, high, Math.max(SLIVER - 1, Math.round(length)), thick, 2);
  pen.fill();
  pen.stroke();
  pen.setLineDash([]);
}

/** A bar whose length nobody gave: hatched, and open at its end. */
export function untimed(pen: Pen, left: number, length: number, high: number, thick: number, bar: Bar) {
  const [from, wide] = [Math.round(left) + 0.5, Math.max(STUB, Math.round(length))];
  pen.fillRect(from, high, wide, thick);
  pen.setLineDash(DASHES[bar]);
  pen.beginPath();
  pen.moveTo(from + wide, high);
  pen.lineTo(from, high);
  pen.lineTo(from, high + thick);
  pen.lineTo(from + wide, high + thick);
  pen.stroke();
  pen.setLineDash([]);
  pen.lineWidth = 1;
  pen.beginPath();
  for (let at = 5 - thick; at < wide; at += 5) {
    const [low, top] = [Math.max(0, at), Math.min(wide, at + thick)];
    pen.moveTo(from + low, high + thick - (low - at));
    pen.lineTo(from + top, high + thick - (top - at));
  }
  pen.stroke();
}

/** A gate is solid, a moment that takes no time hollow. */
export function diamond(
  pen: Pen,
  gate: boolean,
  at: number,
  middle: number,
  half: number,
  bar: Bar = 'planned',
) {
  pen.setLineDash(DASHES[bar]);
  pen.beginPath();
  pen.moveTo(at, middle - half);
  pen.lineTo(at + half, middle);
  pen.lineTo(at, middle + half);
  pen.lineTo(at - half, middle);
  pen.closePath();
  if (gate) pen.fillStyle = pen.strokeStyle;
  pen.fill();
  pen.stroke();
  pen.setLineDash([]);
}

/** A pin: a step does not start earlier, whatever lies before it. */
export function pin(pen: Pen, colours: Colours, at: number, y: number) {
  pen.fillStyle = colours.accent;
  pen.fillRect(at - 1, y + 3, 2, ROW - 6);
  pen.fillRect(at - 3, y + 3, 6, 3);
}

export function rehearsed(pen: Pen, colours: Colours, left: number, length: number, y: number) {
  pen.fillStyle = colours.undone;
  pen.fillRect(left, y + ROW - 5, Math.max(2, length), 3);
}

/** One dashed stroke, not a mark for each dot: the whole of a long plan has thousands of them. */
export function slack(pen: Pen, colours: Colours, from: number, to: number, high: number, ends = true) {
  pen.strokeStyle = pen.fillStyle = colours.faint;
  pen.lineWidth = 1;
  pen.setLineDash([2, 3]);
  pen.beginPath();
  pen.moveTo(from + 3, high);
  pen.lineTo(to, high);
  pen.stroke();
  pen.setLineDash([]);
  if (ends) pen.fillRect(to - 1, high - 3, 1, 6);
}

/** Adds the line of an arrow to the path: down or up to `turn`, along to `bend`, then on to `end`. */
export function shaft(pen: Pen, from: number, y: number, turn: number, bend: number, end: number) {
  pen.moveTo(from, y);
  pen.lineTo(from, turn);
  pen.lineTo(bend, turn);
  pen.lineTo(bend, end);
}

/** Adds the head of an arrow that goes down, or with -1 up, to the path. */
export function head(pen: Pen, at: number, y: number, ways: number) {
  pen.moveTo(at, y + ways);
  pen.lineTo(at - 3, y - 4 * ways);
  pen.lineTo(at + 3, y - 4 * ways);
}

export function ran(
  pen: Pen,
  colours: Colours,
  tint: Tint,
  left: number,
  length: number,
  high: number,
  thick: number,
) {
  pen.fillStyle = colours.tint[tint] ?? colours.soft;
  pen.beginPath();
  pen.roundRect(left, high, length, thick, 1.5);
  pen.fill();
}

/** An undo points back. */
export function undo(
  pen: Pen,
  colours: Colours,
  tint: Tint,
  left: number,
  length: number,
  high: number,
  thick: number,
) {
  pen.fillStyle = colours.tint[tint] ?? colours.soft;
  pen.beginPath();
  pen.moveTo(left - POINT, high + thick / 2);
  pen.lineTo(left, high);
  pen.lineTo(left + length, high);
  pen.lineTo(left + length, high + thick);
  pen.lineTo(left, high + thick);
  pen.fill();
}

/** Says on which side of what is in sight a bar lies. */
export function beyond(pen: Pen, colours: Colours, at: number, ways: number, y: number) {
  pen.fillStyle = colours.soft;
  pen.beginPath();
  pen.moveTo(at, y + ROW / 2 - 4);
  pen.lineTo(at + 5 * ways, y + ROW / 2);
  pen.lineTo(at, y + ROW / 2 + 4);
  pen.fill();
}

/** Half the height of words with the room above and below them. */
const WORDY = 9;

/** A moment that is marked from top to bottom, but not through words, whose middles are `gaps`. */
export function upright(
  pen: Pen,
  colours: Colours,
  kind: 'return' | 'rollback',
  at: number,
  height: number,
  gaps: number[] = [],
) {
  pen.fillStyle = kind === 'return' ? colours.bad : colours.look;
  const [on, off] = kind === 'return' ? [5, 4] : [1.5, 3];
  for (let y = 0; y < height; y += on + off)
    if (!gaps.some((middle) => y + on > middle - WORDY && y < middle + WORDY))
      pen.fillRect(at - 0.75, y, 1.5, on);
}

/** The line of now. */
export function now(pen: Pen, colours: Colours, at: number, height: number) {
  pen.fillStyle = colours.accent;
  pen.fillRect(at - 0.75, 0, 1.5, height);
}

/** Words on a ground of their own: lines end at it instead of striking them through. */
export function words(
  pen: Pen,
  colours: Colours,
  text: string,
  at: number,
  middle: number,
  selected: boolean,
) {
  pen.strokeStyle = selected ? colours.selected : colours.surface;
  pen.lineWidth = 5;
  pen.lineJoin = 'round';
  pen.strokeText(text, at, middle);
  pen.fillStyle = colours.soft;
  pen.fillText(text, at, middle);
  pen.lineJoin = 'miter';
}
