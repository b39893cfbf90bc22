// Draws the picture on a canvas: lanes, edges, and every step that is not drawn as an element.
import { statusTint, statusWord, type Tint } from '../../words/words';
import type { Row } from '../shapes';
import type { Colours } from './ink';
import type { Layout, Placed, PlacedLane } from './layout';
import { markBox, markCard, signCard } from './mark';
import { abreast, marksOf } from './marks';
import { LANE_HEAD, NEAR, NODE_WIDTH, OVER } from './sizes';
import { FEW, mayCross, paintEdges, type Box, type Edge } from './strokes';
import type { Troubles } from './troubles';

export type View = { x: number; y: number; zoom: number };

/** A part of the canvas, in whole device pixels. */
export type Pixels = Box;
/** What is drawn beside the places: whose words are read from, what is found, chosen, forbidden. */
export type Scenery = {
  places: Layout;
  edges: Edge[];
  byId: Map<string, Row>;
  matches: Set<string> | null;
  forbidden: Set<string> | null;
  /** What is wrong with steps, by id. */
  troubles: Troubles;
  selected: string | null;
  edge: string | null;
  /** Steps that are drawn as elements above the canvas. */
  mounted: Set<string>;
};

/** Returns what of the picture a pane of this size shows. */
export function seen(view: View, width: number, height: number, more = 0): Box {
  return {
    left: (-view.x - more) / view.zoom,
    top: (-view.y - more) / view.zoom,
    right: (width - view.x + more) / view.zoom,
    bottom: (height - view.y + more) / view.zoom,
  };
}

/** Returns whether a step lies in the box. */
export function liesIn(node: Placed, box: Box): boolean {
  return (
    node.x < box.right &&
    node.x + NODE_WIDTH > box.left &&
    node.y < box.bottom &&
    node.y + node.height > box.top
  );
}

/** How far a line may reach beyond what it belongs to, in pixels and in the picture's own units. */
const REACH = 8;

/** Most cards that are drawn with their words at every frame. */
const CARDS = 16;

/** Returns how much there is to draw: little at every frame, more now and then, too much only once the picture rests. */
export function amount({ edges, places }: Scenery, sight: Box, zoom: number): 'little' | 'more' | 'too much' {
  let count = 0;
  for (const edge of edges) if (mayCross(edge, sight) && ++count > FEW) return 'too much';
  if (zoom < NEAR) return 'little';
  count = 0;
  for (const node of places.nodes) if (liesIn(node, sight) && ++count > CARDS) return 'more';
  return 'little';
}

/** Draws what the view shows in one part of the canvas, and nothing outside it. */
export function paint(
  context: CanvasRenderingContext2D,
  { ratio, view }: { ratio: number; view: View },
  scenery: Scenery,
  ink: Colours,
  part: Pixels,
) {
  const [width, height] = [part.right - part.left, part.bottom - part.top];
  if (width <= 0 || height <= 0) return;
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.beginPath();
  context.rect(part.left, part.top, width, height);
  context.clip();
  context.fillStyle = ink.ground;
  context.fillRect(part.left, part.top, width, height);
  const scale = ratio * view.zoom;
  context.setTransform(scale, 0, 0, scale, ratio * view.x, ratio * view.y);
  const more = REACH / scale + REACH;
  const box = {
    left: part.left / scale - view.x / view.zoom - more,
    top: part.top / scale - view.y / view.zoom - more,
    right: part.right / scale - view.x / view.zoom + more,
    bottom: part.bottom / scale - view.y / view.zoom + more,
  };
  paintLanes(context, view.zoom, scenery.places.lanes, box, ink);
  // A name stands where all of the pane has it, not this part alone.
  const names = { ...box, left: -view.x / view.zoom };
  if (view.zoom >= OVER) paintLaneNames(context, view.zoom, scenery.places.lanes, names, ink);
  paintEdges(context, view.zoom, scenery, box, ink);
  if (view.zoom < NEAR) paintBoxes(context, scenery, box, ink);
  else paintCards(context, scenery, box, ink);
  if (view.zoom < OVER) paintLaneNames(context, view.zoom, scenery.places.lanes, names, ink);
  if (view.zoom < NEAR) paintChosen(context, scenery, ink);
  context.restore();
}

/** Draws all there is as it is seen from afar, without the names of lanes; the canvas begins where the picture does. */
export function paintWhole(context: CanvasRenderingContext2D, scale: number, scenery: Scenery, ink: Colours) {
  const { width, height } = scenery.places;
  const box = { left: 0, top: 0, right: width, bottom: height };
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.fillStyle = ink.ground;
  context.fillRect(0, 0, width, height);
  paintLanes(context, scale, scenery.places.lanes, box, ink);
  paintEdges(context, scale, scenery, box, ink);
  paintBoxes(context, scenery, box, ink);
  paintChosen(context, scenery, ink);
}

function paintLanes(
  context: CanvasRenderingContext2D,
  zoom: number,
  lanes: PlacedLane[],
  box: Box,
  ink: Colours,
) {
  context.lineWidth = 1 / zoom;
  context.fillStyle = ink.surface;
  context.strokeStyle = ink.line;
  for (const lane of lanes) {
    if (lane.title === '' || !inSight(lane, box)) continue;
    context.fillRect(lane.x, lane.y, lane.width, lane.height);
    context.strokeRect(lane.x, lane.y, lane.width, lane.height);
  }
}

/** Height of a plate that carries a name over steps, in pixels, and the least width that says something. */
const PLATE = 16;
const TELLING = 28;

/** Writes the names of lanes; far away they keep a size that can be read, and stand on plates over the steps. */
export function paintLaneNames(
  context: CanvasRenderingContext2D,
  zoom: number,
  lanes: PlacedLane[],
  sight: Box,
  ink: Colours,
) {
  const over = zoom < OVER;
  const size = Math.max(13, 11 / zoom);
  context.font = `600 ${size}px ${ink.font}`;
  context.textBaseline = 'middle';
  for (const lane of lanes) {
    if (lane.title === '' || !inSight(lane, sight)) continue;
    const [wide, high] = [lane.width * zoom, lane.height * zoom];
    if (over && (wide < TELLING || high < PLATE + 2)) continue;
    const before = over ? Math.min(16, 6 / zoom) : 16;
    // A lane whose left end is out of sight says its name where it comes into sight.
    const left = Math.max(lane.x + before, Math.min(sight.left + 10 / zoom, lane.x + lane.width - 240));
    const title = fitted(context, lane.title, lane.x + lane.width - left - (over ? before : 12));
    const middle = lane.y + (over ? (PLATE / 2 + 1) / zoom : Math.max(LANE_HEAD / 2 + 2, size * 0.75));
    if (over && title !== '') {
      const around = 4 / zoom;
      context.fillStyle = ink.surface;
      const across = Math.min(context.measureText(title).width, lane.x + lane.width - left) + 2 * around;
      context.fillRect(left - around, middle - PLATE / 2 / zoom, across, PLATE / zoom);
    }
    context.fillStyle = over ? ink.text : ink['text-soft'];
    context.fillText(title, left, middle);
  }
}

function inSight(lane: PlacedLane, box: Box): boolean {
  return (
    lane.x <= box.right &&
    lane.x + lane.width >= box.left &&
    lane.y <= box.bottom &&
    lane.y + lane.height >= box.top
  );
}

/** Steps that are drawn alike. */
type Alike = { alpha: number; colour: string; nodes: Placed[] };
/** All steps by how they are drawn from afar, and those that carry a mark. */
type Sorted = { ink: Colours; groups: Alike[]; marked: Placed[] };
const sorted = new WeakMap<Scenery, Sorted>();

/** Returns the steps by how they are drawn from afar; sorted once, since a picture that moves stays as it is. */
function alike(scenery: Scenery, ink: Colours): Sorted {
  const known = sorted.get(scenery);
  if (known?.ink === ink) return known;
  const groups = new Map<string, Alike>();
  const marked: Placed[] = [];
  for (const node of scenery.places.nodes) {
    const row = scenery.byId.get(node.id);
    if (!row) continue;
    if (scenery.troubles.has(node.id)) marked.push(node);
    const alpha = faded(scenery, node.id) ? 0.25 : 1;
    const colour = boxColour(scenery, row, ink);
    const key = `${alpha} ${colour}`;
    const group = groups.get(key);
    if (group) group.nodes.push(node);
    else groups.set(key, { alpha, colour, nodes: [node] });
  }
  const made = { ink, groups: [...groups.values()], marked };
  sorted.set(scenery, made);
  return made;
}

/** Far away: a step is a box in the colour of its status. */
function paintBoxes(context: CanvasRenderingContext2D, scenery: Scenery, box: Box, ink: Colours) {
  const { groups, marked } = alike(scenery, ink);
  for (const { alpha, colour, nodes } of groups) {
    context.globalAlpha = alpha;
    context.fillStyle = colour;
    for (const node of nodes)
      if (liesIn(node, box)) context.fillRect(node.x, node.y, NODE_WIDTH, node.height);
  }
  context.fillStyle = ink.raised;
  for (const node of marked) {
    if (!liesIn(node, box)) continue;
    context.globalAlpha = faded(scenery, node.id) ? 0.25 : 1;
    markBox(context, node);
  }
  context.globalAlpha = 1;
}

/** Draws the selected step from afar: over all else, even the name of its lane. */
function paintChosen(context: CanvasRenderingContext2D, scenery: Scenery, ink: Colours) {
  const chosen = scenery.places.nodes.find((node) => node.id === scenery.selected);
  const row = chosen && scenery.byId.get(chosen.id);
  if (!row) return;
  const wide = 3 / context.getTransform().a;
  context.fillStyle = boxColour(scenery, row, ink);
  context.fillRect(chosen.x, chosen.y, NODE_WIDTH, chosen.height);
  if (scenery.troubles.has(row.id)) {
    context.fillStyle = ink.raised;
    markBox(context, chosen);
  }
  context.strokeStyle = ink.accent;
  context.lineWidth = wide;
  context.strokeRect(chosen.x - wide, chosen.y - wide, NODE_WIDTH + 2 * wide, chosen.height + 2 * wide);
}

function boxColour(scenery: Scenery, row: Row, ink: Colours): string {
  if (scenery.forbidden?.has(row.id)) return ink['state-bad'];
  if (scenery.matches?.has(row.id)) return ink.accent;
  if (scenery.troubles.has(row.id)) return ink['state-bad'];
  const tint = statusTint[row.status];
  if (tint !== 'idle') return ink[`state-${tint}`];
  if (row.pointOfNoReturn || row.destructive) return ink['state-bad'];
  return row.critical ? ink['text-soft'] : ink['line-strong'];
}

/** Near, while the picture moves: what is no element now is drawn as a card much like it. */
function paintCards(context: CanvasRenderingContext2D, scenery: Scenery, box: Box, ink: Colours) {
  context.textBaseline = 'middle';
  const shown: [Placed, Row][] = [];
  for (const node of scenery.places.nodes) {
    if (scenery.mounted.has(node.id) || !liesIn(node, box)) continue;
    const row = scenery.byId.get(node.id);
    if (row) shown.push([node, row]);
  }
  context.font = `600 13px ${ink.font}`;
  for (const [node, row] of shown) {
    const tint: Tint = statusTint[row.status];
    const lit = tint === 'running' || tint === 'bad' || tint === 'look';
    const wrong = scenery.troubles.get(node.id);
    const edge = wrong
      ? 'state-bad'
      : tint !== 'idle'
        ? (`state-${tint}` as const)
        : row.critical
          ? 'text-soft'
          : 'line-strong';
    context.globalAlpha = faded(scenery, node.id) ? 0.35 : 1;
    context.fillStyle = lit ? ink[`soft-${tint}`] : ink.raised;
    context.fillRect(node.x, node.y, NODE_WIDTH, node.height);
    context.strokeStyle = wrong || lit || tint === 'idle' ? ink[edge] : ink['line-strong'];
    context.lineWidth = 1;
    context.strokeRect(node.x + 0.5, node.y + 0.5, NODE_WIDTH - 1, node.height - 1);
    context.fillStyle = ink[edge];
    context.fillRect(node.x, node.y, 4, node.height);
    if (row.id === scenery.selected) {
      context.strokeStyle = ink.accent;
      context.lineWidth = 2;
      context.strokeRect(node.x - 2, node.y - 2, NODE_WIDTH + 4, node.height + 4);
    }
    context.fillStyle = ink.text;
    const marks = marksOf(row);
    const columns = abreast(marks.length + (wrong ? 1 : 0));
    const [first, second] = inLines(context, row.title, columns);
    context.fillText(first, node.x + 12, node.y + 16);
    if (second) context.fillText(second, node.x + 12, node.y + 33);
    signCard(context, node, marks, columns, wrong?.length ?? 0, ink);
    if (wrong) markCard(context, node, wrong.length, ink);
  }
  context.font = `11.5px ${ink.font}`;
  for (const [node, row] of shown) {
    const tint = statusTint[row.status];
    context.globalAlpha = faded(scenery, node.id) ? 0.35 : 1;
    context.fillStyle = tint === 'idle' ? ink['text-soft'] : ink[`state-${tint}`];
    const word = tint === 'idle' || tint === 'good' ? '' : `  ${statusWord(row.status, row.back)}`;
    context.fillText(`${tint === 'good' ? '✓' : '○'}${word}  ${row.kind}`, node.x + 12, node.y + 62, 140);
  }
}

/** Titles in lines, by how many signs stand beside them. */
const lines: Map<string, [string, string]>[] = [];

/** Breaks a title into the two lines a card has; measuring is dear, so what was broken once is kept. */
function inLines(context: CanvasRenderingContext2D, title: string, signs: number): [string, string] {
  const broken = (lines[signs] ??= new Map());
  const known = broken.get(title);
  if (known) return known;
  if (broken.size > 4000) broken.clear();
  const room = NODE_WIDTH - 22 - Math.max(1, signs) * 18;
  let first = title;
  let rest = '';
  const width = context.measureText(title).width;
  if (width > room) {
    const fits = Math.max(1, Math.floor((title.length * room) / width));
    const space = title.lastIndexOf(' ', fits);
    const cut = space > fits / 2 ? space : fits;
    first = title.slice(0, cut);
    rest = fitted(context, title.slice(cut).trimStart(), room);
  }
  broken.set(title, [first, rest]);
  return [first, rest];
}

function faded(scenery: Scenery, id: string): boolean {
  return scenery.matches !== null && !scenery.matches.has(id);
}

/** Returns the text, cut so that it has room; measured once, not letter by letter. */
function fitted(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (room <= 0) return '';
  const width = context.measureText(text).width;
  if (width <= room) return text;
  const kept = Math.floor((text.length * room) / width) - 2;
  return kept > 2 ? `${text.slice(0, kept)}…` : '';
}
