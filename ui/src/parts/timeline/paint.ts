// Draws what is in sight of a timeline on a canvas: bands, grid, summaries, bars, slack, arrows, moments.
import { duration, planned } from '../../words/format';
import { statusTint } from '../../words/words';
import type { Band, Row } from '../shapes';
import type { Colours } from './colours';
import type { Times } from './follow';
import type { Edge, Line } from './lines';
import { x, type View } from './scale';
import type { Mark } from './ticks';

export const ROW = 28;

/** A moment that a line marks from top to bottom. */
export type Moment = { kind: 'return' | 'rollback'; at: number };

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
  /** Times that differ from the plan's while something is dragged. */
  moved: Map<string, Times> | null;
  /** True when there is a run to show. */
  begun: boolean;
  /** False when only the run is shown. */
  plan: boolean;
  /** How far a running step is. */
  now: number | null;
};

/** Returns the first and the last line in sight. */
export function sight(top: number, height: number, count: number): { first: number; last: number } {
  const first = Math.max(0, Math.floor(top / ROW));
  return { first, last: Math.min(count - 1, Math.ceil((top + height) / ROW)) };
}

/** Returns when the plan has a row, with what is dragged where it is dragged to. */
export function times(row: Row, moved: Map<string, Times> | null): Times | null {
  if (row.startMs === null) return null;
  return moved?.get(row.id) ?? { start: row.startMs, finish: row.finishMs ?? row.startMs };
}

type Pen = CanvasRenderingContext2D;

/** Draws the scene; one pixel of it is one of the style sheet. */
export function paint(pen: Pen, scene: Scene, colours: Colours) {
  const { width, height, view, lines, top } = scene;
  pen.clearRect(0, 0, width, height);
  const { first, last } = sight(top, height, lines.length);
  stripes(pen, scene, colours, first, last);
  for (const band of scene.bands) {
    const [from, to] = [x(view, band.opensMs), x(view, band.opensMs + band.lengthMs)];
    if (to < 0 || from > width) continue;
    pen.globalAlpha = 0.6;
    pen.fillStyle = band.fits === false ? colours.softBad : colours.band;
    pen.fillRect(from, 0, Math.max(1, to - from), height);
    pen.globalAlpha = 1;
    pen.fillStyle = band.fits === false ? colours.bad : colours.accent;
    pen.fillRect(from, 0, 1, height);
    pen.fillRect(to, 0, 1, height);
  }
  pen.fillStyle = colours.line;
  for (const mark of scene.marks) pen.fillRect(Math.round(x(view, mark.at)), 0, 1, height);
  if (scene.plan) arrows(pen, scene, colours, first, last);
  for (let index = first; index <= last; index++) {
    const line = lines[index]!;
    const y = index * ROW - top;
    if (line.kind === 'phase') {
      // A phase is a span of the plan; the scale of the run alone has no place for it.
      if (scene.plan) summary(pen, scene, colours, line.from, line.to, y);
    } else bar(pen, scene, colours, line.row, y);
  }
  // The edge of the names goes down to where there are no lines any more.
  pen.fillStyle = colours.line;
  pen.fillRect(0, 0, 1, height);
  for (const moment of scene.moments) upright(pen, scene, colours, moment);
}

function stripes(pen: Pen, scene: Scene, colours: Colours, first: number, last: number) {
  for (let index = first; index <= last; index++) {
    const line = scene.lines[index]!;
    if (line.kind === 'step' && line.row.id !== scene.selected) continue;
    pen.fillStyle = line.kind === 'phase' ? colours.sunken : colours.selected;
    pen.globalAlpha = line.kind === 'phase' ? 0.55 : 0.75;
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
  if (right < left) return;
  pen.fillStyle = colours.soft;
  pen.beginPath();
  pen.moveTo(left, y + 10);
  pen.lineTo(Math.max(right, left + 2), y + 10);
  pen.lineTo(Math.max(right, left + 2), y + 20);
  pen.lineTo(Math.max(right - 5, left), y + 15);
  pen.lineTo(Math.min(left + 5, right), y + 15);
  pen.lineTo(left, y + 20);
  pen.fill();
}

function bar(pen: Pen, scene: Scene, colours: Colours, row: Row, y: number) {
  const { view, width, begun, now } = scene;
  const plan = scene.plan ? times(row, scene.moved) : null;
  let end: number | null = null;
  let words = '';
  if (plan) {
    const [from, to] = [x(view, plan.start), x(view, plan.finish)];
    end = to;
    words = plan.finish === plan.start ? '' : planned(plan.finish - plan.start);
    // Far outside the canvas there is nothing to draw, and no number to draw it with.
    const [left, right] = [Math.max(-20, from), Math.min(width + 20, to)];
    slack(pen, scene, colours, row, plan, y);
    const thick = begun ? 9 : 15;
    const high = y + (begun ? 4.5 : 6.5);
    pen.fillStyle = row.downtime ? colours.softLook : colours.raised;
    pen.strokeStyle = row.critical ? colours.text : colours.lineStrong;
    pen.lineWidth = row.critical ? 2 : 1;
    if (plan.finish > plan.start && right >= left) {
      pen.beginPath();
      pen.roundRect(left + 0.5, high, Math.max(2, right - left), thick, 2);
      pen.fill();
      pen.stroke();
    }
    if (plan.finish === plan.start || row.kind === 'gate') {
      diamond(pen, from, high + thick / 2, begun ? 5.5 : 8);
      if (row.kind === 'gate') pen.fillStyle = row.critical ? colours.text : colours.lineStrong;
      pen.fill();
      pen.stroke();
      end += 9;
    }
    if (row.fixedStart && from > -20) {
      // A pin: it does not start earlier, whatever lies before it.
      pen.fillStyle = colours.accent;
      pen.fillRect(from - 1, y + 3, 2, ROW - 6);
      pen.fillRect(from - 3, y + 3, 6, 3);
    }
    if (row.rehearsedMs !== null && row.rehearsedMs !== undefined) {
      pen.fillStyle = colours.undone;
      pen.fillRect(left, y + ROW - 5, Math.max(2, x(view, plan.start + row.rehearsedMs) - left), 3);
    }
  }
  if (row.actualStartMs !== null) {
    const from = x(view, row.actualStartMs);
    const to = x(view, row.actualFinishMs ?? Math.max(now ?? 0, row.actualStartMs));
    const left = Math.max(-20, from);
    pen.fillStyle = colours.tint[statusTint[row.status]] ?? colours.soft;
    const length = Math.max(3, Math.min(width + 20, to) - left);
    if (left < width) {
      pen.beginPath();
      pen.roundRect(left, scene.plan ? y + 16 : y + 7, length, scene.plan ? 8 : 14, 1.5);
      pen.fill();
    }
    end = Math.max(end ?? 0, to);
    if (!scene.plan && row.elapsedMs !== null) words = duration(row.elapsedMs);
  }
  if (words !== '' && end !== null && end > -60 && end < width) {
    pen.fillStyle = colours.soft;
    pen.fillText(words, Math.max(2, end) + 7, y + ROW / 2 + 0.5);
  }
}

function slack(pen: Pen, scene: Scene, colours: Colours, row: Row, plan: Times, y: number) {
  if (row.slackMs === null || row.slackMs <= 0 || scene.moved?.has(row.id)) return;
  const from = Math.max(0, x(scene.view, plan.finish));
  const to = Math.min(scene.width, x(scene.view, plan.finish + row.slackMs));
  if (to < from + 2) return;
  // Lower than the middle, where the words are.
  const high = y + (scene.begun ? 13.5 : 21.5);
  // One dashed stroke, not a mark for each dot: the whole of a long plan has thousands of them.
  pen.strokeStyle = pen.fillStyle = colours.lineStrong;
  pen.lineWidth = 1;
  pen.setLineDash([2, 3]);
  pen.beginPath();
  pen.moveTo(from + 3, high);
  pen.lineTo(to, high);
  pen.stroke();
  pen.setLineDash([]);
  pen.fillRect(to - 1, high - 3, 1, 6);
}

function diamond(pen: Pen, at: number, y: number, half: number) {
  pen.beginPath();
  pen.moveTo(at, y - half);
  pen.lineTo(at + half, y);
  pen.lineTo(at, y + half);
  pen.lineTo(at - half, y);
  pen.closePath();
}

/** Draws what waits for what: from the end of the one down to the start of the other. */
function arrows(pen: Pen, scene: Scene, colours: Colours, first: number, last: number) {
  const { view, width, lines, moved, top } = scene;
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
      const [a, b] = [times(before.row, moved), times(after.row, moved)];
      if (!a || !b) continue;
      const [from, to] = [x(view, a.finish), x(view, b.start)];
      if (Math.max(from, to) < -10 || Math.min(from, to) > width + 10) continue;
      const ways = edge.to > edge.from ? 1 : -1;
      const y = Math.max(-ROW, Math.min(edge.from * ROW - top + ROW / 2, scene.height + ROW));
      const end = edge.to * ROW - top + ROW / 2 - ways * (scene.begun ? 10 : 8);
      const bend = Math.round(Math.max(from, to) + 4) + 0.5;
      pen.moveTo(Math.max(-20, from), Math.round(y) + 0.5);
      pen.lineTo(bend, Math.round(y) + 0.5);
      pen.lineTo(bend, Math.max(-ROW, Math.min(end, scene.height + ROW)));
      tips.push([bend, end, ways]);
    }
    pen.stroke();
    pen.beginPath();
    for (const [at, y, ways] of tips) {
      pen.moveTo(at, y + ways);
      pen.lineTo(at - 3, y - 4 * ways);
      pen.lineTo(at + 3, y - 4 * ways);
    }
    pen.fill();
  }
}

function upright(pen: Pen, scene: Scene, colours: Colours, moment: Moment) {
  const at = x(scene.view, moment.at);
  if (at < 0 || at > scene.width) return;
  pen.fillStyle = moment.kind === 'return' ? colours.bad : colours.look;
  const [on, off] = moment.kind === 'return' ? [5, 4] : [1.5, 3];
  for (let y = 0; y < scene.height; y += on + off) pen.fillRect(at - 0.75, y, 1.5, on);
}
