// Draws what is in sight of a timeline on a canvas: bands, grid, summaries, bars, slack, arrows, moments.
import { duration, measured } from '../../words/format';
import { statusTint } from '../../words/words';
import type { Band, Row, Run } from '../shapes';
import { isUntimed, lies, outline, until, type Course, type Moved } from './bars';
import type { Colours } from './colours';
import type { Times } from './follow';
import { isUnderWay } from './forecast';
import type { Edge, Line } from './lines';
import type { Moment } from './moments';
import { x, type View } from './scale';
import * as signs from './signs';
import { AWAY, POINT, ROW, SLIVER, STUB, type Pen } from './signs';
import type { Mark } from './ticks';

export { ROW };

/** A width that a letter behind a bar surely fits in. */
const LETTER = 6.6;

/** All that a picture depends on. */
export type Scene = {
  view: View;
  width: number;
  height: number;
  /** How far the lines are scrolled. */
  top: number;
  lines: Line[];
  edges: Edge[];
  marks: Mark[];
  bands: Band[];
  moments: Moment[];
  selected: string | null;
  course: Course;
  /** Times that differ from the plan's: while something is dragged, or of what is expected from now on. */
  moved: Moved | null;
  /** False when only the run is shown. */
  plan: boolean;
  /** How far a running step is; `null` where nothing runs. */
  now: number | null;
  /** Where the line of now is. */
  nowLine: number | null;
};

/** Words beside what begins and ends there. They are written last, on a ground of their own. */
type Label = { words: string; start: number; end: number; middle: number; selected: boolean };
/** How far from a bar its words stand. */
const GAP = 9;

/** Returns the first and the last line in sight. */
export function sight(top: number, height: number, count: number): { first: number; last: number } {
  const first = Math.max(0, Math.floor(top / ROW));
  return { first, last: Math.min(count - 1, Math.ceil((top + height) / ROW)) };
}

/** Draws the scene; one pixel of it is one of the style sheet. */
export function paint(pen: Pen, scene: Scene, colours: Colours) {
  const { width, height, view, lines, top } = scene;
  pen.clearRect(0, 0, width, height);
  const { first, last } = sight(top, height, lines.length);
  stripes(pen, scene, colours, first, last);
  for (const band of scene.bands) {
    const [from, to] = [x(view, band.opensMs), x(view, band.opensMs + band.lengthMs)];
    if (to < 0 || from > width) continue;
    signs.band(pen, colours, band.fits === false, from, to, 0, height);
  }
  pen.fillStyle = colours.line;
  for (const mark of scene.marks) pen.fillRect(Math.round(x(view, mark.at)), 0, 1, height);
  if (scene.nowLine !== null) {
    // Below the bars: what has just ended is narrow, and would be hidden.
    const line = x(view, scene.nowLine);
    if (line >= 0 && line <= width) signs.now(pen, colours, line, height);
  }
  if (scene.plan) arrows(pen, scene, colours, first, last);
  const labels: Label[] = [];
  for (let index = first; index <= last; index++) {
    const line = lines[index]!;
    const y = index * ROW - top;
    if (line.kind === 'phase') {
      // A phase is a span of the plan; the scale of the run alone has no place for it.
      if (scene.plan) summary(pen, scene, colours, line.from, line.to, y);
    } else bar(pen, scene, colours, line.row, y, labels);
  }
  const written = labels.flatMap((label) => {
    const at = spot(label, width);
    return at === null ? [] : [{ ...label, at }];
  });
  for (const { kind, at } of scene.moments) {
    const line = x(view, at);
    if (line < 0 || line > width) continue;
    const under = written.filter((one) => line > one.at - 4 && line < one.at + wide(one.words) + 4);
    signs.upright(
      pen,
      colours,
      kind,
      line,
      height,
      under.map((one) => one.middle),
    );
  }
  for (const { words, at, middle, selected } of written)
    signs.words(pen, colours, words, at, middle, selected);
}

const wide = (words: string) => words.length * LETTER;

/** Returns where words begin: behind their bar, before it where there is no room, nowhere where they would be cut. */
function spot({ words, start, end }: Label, width: number): number | null {
  const behind = Math.max(2, end) + GAP;
  // Words that are cut may say something else.
  if (end > AWAY && behind + wide(words) <= width) return behind;
  const before = start - GAP - wide(words);
  return start <= width && before >= 2 ? before : null;
}

function stripes(pen: Pen, scene: Scene, colours: Colours, first: number, last: number) {
  for (let index = first; index <= last; index++) {
    const line = scene.lines[index]!;
    if (line.kind === 'step' && line.row.id !== scene.selected) continue;
    pen.fillStyle = line.kind === 'phase' ? colours.sunken : colours.selected;
    pen.globalAlpha = line.kind === 'phase' ? 0.55 : 1;
    pen.fillRect(0, index * ROW - scene.top, scene.width, ROW);
  }
  pen.globalAlpha = 1;
}

function summary(
  pen: Pen,
  scene: Scene,
  colours: Colours,
  from: number | null,
  to: number | null,
  y: number,
) {
  if (from === null || to === null) return;
  const left = Math.max(-10, x(scene.view, from));
  const right = Math.min(scene.width + 10, x(scene.view, to));
  if (right >= left) signs.bracket(pen, colours, left, right, y);
}

function bar(pen: Pen, scene: Scene, colours: Colours, row: Row, y: number, labels: Label[]) {
  const { view, width } = scene;
  const plan = scene.plan ? outline(row, scene.moved, scene.course) : null;
  const selected = row.id === scene.selected;
  const ran = row.ran !== null || row.undo !== null;
  // Where what is drawn begins and ends, and where it ends with what is written behind it.
  let [start, end] = [Infinity, -Infinity];
  let length = '';
  if (plan) {
    start = x(view, plan.start);
    end = planned(pen, scene, colours, row, plan, y);
    length = lengthOf(row, plan, scene);
  }
  // Above each other there is no room for two: what was measured then stands with what is expected.
  const say = (words: string) => labels.push({ words, start, end, middle: y + ROW / 2 + 0.5, selected });
  if (length !== '' && !ran) say(length);
  if (ran) {
    const [high, thick] = scene.plan ? [y + 16, 8] : [y + 7, 14];
    const middle = scene.plan ? y + 21 : y + ROW / 2 + 0.5;
    const left = row.undo ? x(view, row.undo.startMs) - POINT : Infinity;
    // Close to each other they lie one below the other, else the one would hide the other.
    const close = row.ran !== null && left < ranEnd(scene, row.ran) + 1;
    const half = close ? thick / 2 - 0.5 : thick;
    let words = '';
    let [runsFrom, runsTo] = [Infinity, -Infinity];
    if (row.ran) {
      runsFrom = x(view, row.ran.startMs);
      runsTo = run(pen, scene, colours, row.ran, signs.ran, high, half);
      words = took(row.ran, scene.now);
    }
    if (row.undo) {
      const undone = `undo ${took(row.undo, scene.now)}`.trimEnd();
      const apart = words !== '' && length === '' && runsTo + 14 + wide(words) < left;
      if (apart) labels.push({ words, start: runsFrom, end: runsTo, middle, selected });
      words = apart || words === '' ? undone : `${words}, ${undone}`;
      runsFrom = apart ? left : Math.min(runsFrom, left);
      runsTo = Math.max(runsTo, run(pen, scene, colours, row.undo, signs.undo, high + thick - half, half));
    }
    if (words !== '' && length === '') labels.push({ words, start: runsFrom, end: runsTo, middle, selected });
    start = Math.min(start, runsFrom, row.ran ? x(view, row.ran.startMs) : left);
    end = Math.max(end, runsTo);
    if (length !== '') say(both(words, length, row));
  }
  if (start > width && start < Infinity) signs.beyond(pen, colours, width - 8, 1, y);
  else if (end <= AWAY && end > -Infinity) signs.beyond(pen, colours, 8, -1, y);
}

/** Writes what a run took, and of how much where somebody said so. */
function both(measured: string, length: string, row: Row): string {
  if (measured === '') return length;
  return row.undo || isUntimed(row) ? measured : `${measured} of ${length}`;
}

type Outline = NonNullable<ReturnType<typeof outline>>;

/** Draws the bar that is none of a run, and returns where it ends. */
function planned(pen: Pen, scene: Scene, colours: Colours, row: Row, plan: Outline, y: number): number {
  const { view, width } = scene;
  const [from, to] = [x(view, plan.start), x(view, plan.finish)];
  // Far outside the canvas there is nothing to draw, and no number to draw it with.
  const [left, right] = [Math.max(-20, from), Math.min(width + 20, to)];
  const seen = right >= left;
  const long = plan.finish > plan.start;
  const open = isUntimed(row);
  const low = row.ran !== null || row.undo !== null || plan.look === 'left';
  const thick = low ? 9 : 15;
  const high = y + (plan.look === 'left' ? 9.5 : low ? 4.5 : 6.5);
  let end = to;
  slack(pen, scene, colours, row, plan, y);
  signs.outlined(pen, colours, row, plan.look);
  if (open) {
    end = Math.max(to, from + STUB);
    if (seen) signs.untimed(pen, left, right - left, high, thick, plan.look);
  } else if (long) {
    end = Math.max(to, from + SLIVER);
    if (seen) signs.outline(pen, left, right - left, high, thick, plan.look);
  }
  if (row.kind === 'gate' || (!long && !open)) {
    const half = low ? 5.5 : 8;
    end = Math.max(end, from + half);
    if (from > -20 && from < width + 20)
      signs.diamond(pen, row.kind === 'gate', from, high + thick / 2, half, plan.look);
  }
  if (row.fixedStart && from > -20) signs.pin(pen, colours, from, y);
  if (row.rehearsedMs !== null && row.rehearsedMs !== undefined)
    signs.rehearsed(pen, colours, left, x(view, plan.start + row.rehearsedMs) - left, y);
  return end;
}

/** Writes how long a step is to take: nothing where it ran, or runs, or was left. */
function lengthOf(row: Row, plan: Outline, scene: Scene): string {
  const tells = scene.course === 'plan' || (plan.look === 'expected' && !isUnderWay(row));
  if (!tells) return '';
  if (isUntimed(row)) return 'no estimate';
  return plan.finish > plan.start ? duration(plan.finish - plan.start) : '';
}

/** Writes how long a run took, or takes up to now. */
function took(run: Run, now: number | null): string {
  if (run.elapsedMs !== null) return measured(run.elapsedMs);
  const end = until(run, now);
  // Whole seconds: that is how often it is written anew.
  return run.finishMs === null && end - run.startMs >= 1000
    ? duration(Math.floor((end - run.startMs) / 1000) * 1000)
    : '';
}

function ranEnd(scene: Scene, run: Run): number {
  return Math.max(x(scene.view, run.startMs) + SLIVER, x(scene.view, until(run, scene.now)));
}

/** Draws a run, and returns where it ends. */
function run(
  pen: Pen,
  scene: Scene,
  colours: Colours,
  run: Run,
  draw: typeof signs.ran,
  high: number,
  thick: number,
): number {
  const left = Math.max(-20, x(scene.view, run.startMs));
  const end = ranEnd(scene, run);
  const length = Math.max(SLIVER, Math.min(scene.width + 20, end) - left);
  if (left < scene.width + POINT && end > -20)
    draw(pen, colours, statusTint[run.status], left, length, high, thick);
  return end;
}

function slack(pen: Pen, scene: Scene, colours: Colours, row: Row, plan: Times, y: number) {
  // The plan's slack says nothing of a session, which runs at other times.
  if (scene.course !== 'plan') return;
  if (row.slackMs === null || row.slackMs <= 0 || scene.moved?.has(row.id)) return;
  const from = Math.max(0, x(scene.view, plan.finish));
  const to = x(scene.view, plan.finish + row.slackMs);
  if (Math.min(scene.width, to) < from + 2) return;
  // Lower than the middle, where the words are.
  const high = y + 21.5;
  const seen = to <= scene.width;
  signs.slack(pen, colours, from, seen ? to : scene.width - 12, high, seen);
  if (!seen) signs.beyond(pen, colours, scene.width - 8, 1, high - ROW / 2);
}

/** Returns how deep in its line the bar lies that an arrow leaves from. */
function depth(row: Row, moved: Moved | null): number {
  if (!row.ran && !row.undo) return ROW / 2;
  return moved?.has(row.id) ? 10 : 18;
}

/**
 * Draws what waits for what: out of the lower or upper edge of the one, below or above its words, to the start of the
 * other.
 */
function arrows(pen: Pen, scene: Scene, colours: Colours, first: number, last: number) {
  const { view, width, lines, moved, course, top } = scene;
  pen.lineWidth = 1;
  for (const near of [false, true]) {
    // What is selected lies over the others.
    pen.strokeStyle = pen.fillStyle = near ? colours.accent : colours.lineStrong;
    pen.beginPath();
    const tips: [number, number, number][] = [];
    for (const edge of scene.edges) {
      if (Math.max(edge.from, edge.to) < first || Math.min(edge.from, edge.to) > last) continue;
      const [before, after] = [lines[edge.from]!, lines[edge.to]!];
      if (before.kind !== 'step' || after.kind !== 'step') continue;
      if ((before.row.id === scene.selected || after.row.id === scene.selected) !== near) continue;
      const a = lies(before.row, moved, course);
      const b = lies(after.row, moved, course);
      if (!a || !b) continue;
      const [from, to] = [x(view, a.finish), x(view, b.start)];
      if (Math.max(from, to) < -10 || Math.min(from, to) > width + 10) continue;
      const ways = edge.to > edge.from ? 1 : -1;
      const line = edge.from * ROW - top;
      // Under the bar, which is drawn over it; a moment is a diamond, and leaves at its point.
      const inset = a.finish > a.start ? 3 : 0;
      const leave = Math.max(-20, x(view, a.start) + inset, from - inset);
      const inside = (y: number) => Math.max(-ROW, Math.min(y, scene.height + ROW));
      const turn = Math.round(inside(line + ROW / 2 + ways * 11)) + ways * 0.5;
      const end = edge.to * ROW - top + ROW / 2 - ways * (after.row.ran ? 10 : 8);
      const bend = Math.round(Math.max(from, to) + 4) + 0.5;
      signs.shaft(
        pen,
        Math.round(leave) + 0.5,
        inside(line + depth(before.row, moved)),
        turn,
        bend,
        inside(end),
      );
      tips.push([bend, end, ways]);
    }
    pen.stroke();
    pen.beginPath();
    for (const [at, y, ways] of tips) signs.head(pen, at, y, ways);
    pen.fill();
  }
}
