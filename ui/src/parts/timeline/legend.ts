// Which signs a timeline shows, in words and with a drawing of each, the same as on its canvas.
import { statusTint, statusWord, type StatusWord, type Tint } from '../../words/words';
import type { Band, Row, Run } from '../shapes';
import { isUntimed, lies, outline, type Course, type Look, type Moved } from './bars';
import type { Colours } from './colours';
import type { Edge, Line } from './lines';
import type { Moment } from './moments';
import * as signs from './signs';
import { POINT, ROW, type Pen } from './signs';
import type { Span } from './scale';

/** Size of a sample: a line of the timeline, without the room above and below its bars. */
export const WIDE = 20;
export const HIGH = 20;

type Mark =
  | 'phase'
  | 'planned'
  | 'critical'
  | 'expected'
  | 'crucial'
  | 'left'
  | 'untimed'
  | 'downtime'
  | 'gate'
  | 'moment'
  | 'slack'
  | 'arrow'
  | 'fixed'
  | 'rehearsed'
  | 'beyond'
  | 'window'
  | 'tight'
  | 'now'
  | Moment['kind'];
/** What is drawn as a sample, with what of its look belongs to it. */
export type Drawn = Mark | `${Mark} critical` | `ran ${Tint}` | `undo ${Tint}`;
export type Sign = { drawn: Drawn; words: string };

/** What a timeline shows. */
export type Shown = {
  rows: Row[];
  lines: Line[];
  edges: Edge[];
  bands: Band[];
  moments: Moment[];
  /** The time there is something to see in; what lies outside is not drawn. */
  span: Span;
  /** False when only the run is shown. */
  plan: boolean;
  course: Course;
  moved: Moved | null;
  /** True when the line of now is in sight. */
  now: boolean;
  /** True when something is out of sight that an arrow points to. */
  partly: boolean;
};

export const WORDS: Record<Mark, string> = {
  phase: 'phase',
  planned: 'planned',
  critical: 'planned, critical path',
  expected: 'expected',
  crucial: 'expected, critical path',
  left: 'planned, did not run',
  untimed: 'no estimate',
  downtime: 'downtime',
  gate: 'gate',
  moment: 'takes no time',
  slack: 'slack',
  arrow: 'waits for',
  fixed: 'fixed start',
  rehearsed: 'rehearsed',
  beyond: 'out of sight this way',
  window: 'window',
  tight: 'window, too short',
  now: 'now',
  rollback: 'start rollback by',
  return: 'point of no return',
};

/** Returns the signs that occur, in the order of the legend. */
export function signsOf(shown: Shown): Sign[] {
  const marks = new Map<Mark, boolean>();
  const ran = new Map<Tint, Set<StatusWord>>();
  const undone = new Map<Tint, Set<StatusWord>>();
  for (const row of shown.rows) {
    if (shown.plan) plannedMarks(row, shown, marks);
    note(ran, row.ran);
    note(undone, row.undo);
  }
  const { from, to } = shown.span;
  if (shown.plan && shown.edges.some((edge) => isDrawn(edge, shown))) marks.set('arrow', false);
  if (shown.plan && shown.lines.some((line) => line.kind === 'phase' && line.from !== null))
    marks.set('phase', false);
  if (shown.partly) marks.set('beyond', false);
  for (const band of shown.bands)
    if (band.opensMs < to && band.opensMs + band.lengthMs > from)
      marks.set(band.fits === false ? 'tight' : 'window', false);
  for (const { kind, at } of shown.moments) if (at >= from && at <= to) marks.set(kind, false);
  if (shown.now) marks.set('now', false);

  const sign = (mark: Mark): Sign[] => {
    const critical = marks.get(mark);
    if (critical === undefined) return [];
    return [{ drawn: critical ? `${mark} critical` : mark, words: WORDS[mark] }];
  };
  const all = Object.keys(WORDS) as Mark[];
  const behind = all.indexOf('beyond');
  // What happened stands behind what was planned, and before what concerns all lines.
  return [
    ...all.slice(0, behind).flatMap(sign),
    ...runsOf('ran', 'actual', 'planned', ran),
    ...runsOf('undo', 'undo', 'undone', undone),
    ...all.slice(behind).flatMap(sign),
  ];
}

/** Returns false for what leads from or to a step that has no place: it has no time, or did not run. */
function isDrawn({ from, to }: Edge, { lines, moved, course }: Shown): boolean {
  return [from, to].every((end) => {
    const line = lines[end];
    return line?.kind === 'step' && lies(line.row, moved, course) !== null;
  });
}

/** Returns a sign for each colour; the status `plain` needs no word. */
function runsOf(
  kind: 'ran' | 'undo',
  name: string,
  plain: StatusWord,
  tints: Map<Tint, Set<StatusWord>>,
): Sign[] {
  return [...tints].map(([tint, statuses]) => {
    const words = [...statuses].filter((status) => status !== plain).map((status) => statusWord(status));
    return { drawn: `${kind} ${tint}`, words: [name, words.join(' or ')].filter(Boolean).join(', ') };
  });
}

/** Adds what is drawn of a row, and whether all that is drawn so lies on the critical path. */
function plannedMarks(row: Row, { course, moved }: Shown, marks: Map<Mark, boolean>) {
  const bar = outline(row, moved, course);
  if (!bar) return;
  const untimed = isUntimed(row);
  const long = bar.finish > bar.start;
  const behind = bar.look === 'was' || bar.look === 'left';
  const critical = row.critical && !behind;
  const like = (mark: Mark) => marks.set(mark, critical && marks.get(mark) !== false);
  if (untimed) like('untimed');
  if (bar.look === 'left') marks.set('left', false);
  else if (long && !untimed) marks.set(BARS[bar.look][critical ? 1 : 0], critical);
  if (row.downtime && !behind && (long || row.kind !== 'gate')) like('downtime');
  if (row.kind === 'gate') like('gate');
  else if (!long && !untimed) like('moment');
  if (course === 'plan' && row.slackMs !== null && row.slackMs > 0) marks.set('slack', false);
  if (row.fixedStart) marks.set('fixed', false);
  if (row.rehearsedMs !== null && row.rehearsedMs !== undefined) marks.set('rehearsed', false);
}

/** The signs of bars, off and on the critical path. */
const BARS: Record<Exclude<Look, 'left'>, [Mark, Mark]> = {
  planned: ['planned', 'critical'],
  expected: ['expected', 'crucial'],
  was: ['planned', 'planned'],
};

function note(of: Map<Tint, Set<StatusWord>>, run: Run | null) {
  if (!run) return;
  const tint = statusTint[run.status];
  const known = of.get(tint);
  if (known) known.add(run.status);
  else of.set(tint, new Set([run.status]));
}

/** Draws a sample. */
export function sample(pen: Pen, drawn: Drawn, colours: Colours) {
  pen.clearRect(0, 0, WIDE, HIGH);
  // The line of a timeline that has its middle where the sample has it.
  const y = (HIGH - ROW) / 2;
  const [kind, look] = drawn.split(' ');
  const tint = look as Tint;
  const critical = look === 'critical';
  const bar = (downtime: boolean, look: Look = 'planned') => {
    signs.outlined(pen, colours, { critical, downtime }, look);
    signs.outline(pen, 1, WIDE - 3, y + (look === 'left' ? 9.5 : 6.5), look === 'left' ? 9 : 15, look);
  };
  const diamond = (gate: boolean) => {
    signs.outlined(pen, colours, { critical, downtime: false });
    signs.diamond(pen, gate, WIDE / 2, HIGH / 2, 8);
  };
  switch (kind) {
    case 'phase':
      return signs.bracket(pen, colours, 0, WIDE, y);
    case 'planned':
    case 'critical':
      return bar(false);
    case 'expected':
    case 'crucial':
      return bar(false, 'expected');
    case 'left':
      return bar(false, 'left');
    case 'untimed':
      signs.outlined(pen, colours, { critical, downtime: false });
      return signs.untimed(pen, 1, WIDE - 3, y + 6.5, 15, 'planned');
    case 'downtime':
      return bar(true);
    case 'gate':
      return diamond(true);
    case 'moment':
      return diamond(false);
    case 'beyond':
      return signs.beyond(pen, colours, WIDE / 2 - 3, 1, y);
    case 'slack':
      return signs.slack(pen, colours, -3, WIDE, HIGH / 2 + 0.5);
    case 'arrow':
      return arrow(pen, colours);
    case 'fixed':
      return signs.pin(pen, colours, WIDE / 2, y);
    case 'rehearsed':
      return signs.rehearsed(pen, colours, 0, WIDE, y - 8);
    case 'window':
    case 'tight':
      return signs.band(pen, colours, kind === 'tight', 1, WIDE - 2, 1, HIGH - 2);
    case 'now':
      return signs.now(pen, colours, WIDE / 2, HIGH);
    case 'return':
    case 'rollback':
      return signs.upright(pen, colours, kind, WIDE / 2, HIGH);
    case 'undo':
      return signs.undo(pen, colours, tint, POINT, WIDE - POINT, y + 7, 14);
    default:
      return signs.ran(pen, colours, tint, 0, WIDE, y + 7, 14);
  }
}

function arrow(pen: Pen, colours: Colours) {
  pen.strokeStyle = pen.fillStyle = colours.lineStrong;
  pen.lineWidth = 1;
  pen.beginPath();
  signs.shaft(pen, 3.5, 1, 5.5, WIDE / 2 + 2.5, HIGH - 4);
  pen.stroke();
  pen.beginPath();
  signs.head(pen, WIDE / 2 + 2.5, HIGH - 4, 1);
  pen.fill();
}
