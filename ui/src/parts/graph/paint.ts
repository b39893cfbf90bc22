// Draws the picture on a canvas: lanes, edges, and every step that is not drawn as an element.
import { statusTint, statusWord, type Tint } from '../../words/words';
import type { Row } from '../shapes';
import type { Colours } from './ink';
import type { Layout, Placed, PlacedLane } from './layout';
import type { Joined } from './route';
import { LANE_HEAD, NEAR, NODE_WIDTH } from './sizes';

export type View = { x: number; y: number; zoom: number };
export type Box = { left: number; top: number; right: number; bottom: number };
export type Edge = Joined & Box & { critical: boolean };

/** A part of the canvas, in whole device pixels. */
export type Pixels = Box;
/** What is drawn beside the places: whose words are read from, what is found, chosen, forbidden. */
export type Scenery = {
  places: Layout;
  edges: Edge[];
  byId: Map<string, Row>;
  matches: Set<string> | null;
  forbidden: Set<string> | null;
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

/** Returns whether a part of an edge may lie in the box. */
export function mayCross(edge: Box, box: Box): boolean {
  return edge.left < box.right && edge.right > box.left && edge.top < box.bottom && edge.bottom > box.top;
}

/** Most edges that are quick to draw, and few enough to be told apart from afar. */
const FEW = 400;
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
  paintLaneNames(context, view.zoom, scenery.places.lanes, { ...box, left: -view.x / view.zoom }, ink);
  paintEdges(context, view.zoom, scenery, box, ink);
  if (view.zoom < NEAR) paintBoxes(context, scenery, box, ink);
  else paintCards(context, scenery, box, ink);
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

/** Writes the names of lanes; far away they keep a size that can be read. */
export function paintLaneNames(
  context: CanvasRenderingContext2D,
  zoom: number,
  lanes: PlacedLane[],
  sight: Box,
  ink: Colours,
) {
  const size = Math.max(13, 11 / zoom);
  if (size > LANE_HEAD * 3) return;
  context.font = `600 ${size}px ${ink.font}`;
  context.textBaseline = 'middle';
  context.fillStyle = ink['text-soft'];
  for (const lane of lanes) {
    if (lane.title === '' || !inSight(lane, sight)) continue;
    // A lane whose left end is out of sight says its name where it comes into sight.
    const left = Math.max(lane.x + 16, Math.min(sight.left + 10 / zoom, lane.x + lane.width - 240));
    const room = lane.x + lane.width - left - 12;
    const title = fitted(context, lane.title, room);
    context.fillText(title, left, lane.y + Math.max(LANE_HEAD / 2 + 2, size * 0.75));
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

function paintEdges(
  context: CanvasRenderingContext2D,
  zoom: number,
  scenery: Scenery,
  box: Box,
  ink: Colours,
) {
  const plain: Edge[] = [];
  const critical: Edge[] = [];
  for (const edge of scenery.edges) {
    if (mayCross(edge, box)) (edge.critical ? critical : plain).push(edge);
  }
  context.lineJoin = 'round';
  const arrows = zoom >= 0.3;
  const dim = scenery.matches ? 0.4 : 1;
  // From so far away that a line is thinner than the space between two, only the critical path is told apart.
  if (zoom >= 0.12 || scenery.edges.length < FEW) {
    context.globalAlpha = dim;
    strokeAll(context, plain, ink['line-strong'], Math.max(1.3, 0.7 / zoom), arrows, zoom);
  }
  context.globalAlpha = 1;
  strokeAll(context, critical, ink.text, Math.max(2.4, 1.2 / zoom), arrows, zoom);
  const chosen =
    scenery.edge === null ? [] : [...plain, ...critical].filter((edge) => edge.id === scenery.edge);
  strokeAll(context, chosen, ink.accent, 3.4, arrows, zoom);
}

function strokeAll(
  context: CanvasRenderingContext2D,
  edges: Edge[],
  colour: string,
  width: number,
  arrows: boolean,
  zoom: number,
) {
  if (edges.length === 0) return;
  context.strokeStyle = colour;
  context.fillStyle = colour;
  context.lineWidth = width;
  context.beginPath();
  for (const { points } of edges) {
    const end = points.length - 2;
    context.moveTo(points[0]!, points[1]!);
    for (let at = 2; at < end; at += 2) {
      if (zoom >= NEAR) {
        const reach = Math.min(6, bend(points, at));
        context.arcTo(points[at]!, points[at + 1]!, points[at + 2]!, points[at + 3]!, reach);
      } else context.lineTo(points[at]!, points[at + 1]!);
    }
    context.lineTo(points[end]!, points[end + 1]! - (arrows ? 5 : 0));
  }
  context.stroke();
  if (!arrows) return;
  const half = 3 + width * 0.7;
  context.beginPath();
  for (const { points } of edges) {
    const x = points[points.length - 2]!;
    const y = points[points.length - 1]!;
    context.moveTo(x, y);
    context.lineTo(x - half, y - 8);
    context.lineTo(x + half, y - 8);
    context.closePath();
  }
  context.fill();
}

/** Returns how much room a corner has to be rounded in. */
function bend(points: number[], at: number): number {
  const before = Math.abs(points[at]! - points[at - 2]!) + Math.abs(points[at + 1]! - points[at - 1]!);
  const after = Math.abs(points[at + 2]! - points[at]!) + Math.abs(points[at + 3]! - points[at + 1]!);
  return Math.min(before, after) / 2;
}

/** Steps that are drawn alike. */
type Alike = { alpha: number; colour: string; nodes: Placed[] };
const sorted = new WeakMap<Scenery, { ink: Colours; groups: Alike[] }>();

/** Returns the steps by how they are drawn from afar; sorted once, since a picture that moves stays as it is. */
function alike(scenery: Scenery, ink: Colours): Alike[] {
  const known = sorted.get(scenery);
  if (known?.ink === ink) return known.groups;
  const groups = new Map<string, Alike>();
  for (const node of scenery.places.nodes) {
    const row = scenery.byId.get(node.id);
    if (!row) continue;
    const alpha = faded(scenery, node.id) ? 0.25 : 1;
    const colour = boxColour(scenery, row, ink);
    const key = `${alpha} ${colour}`;
    const group = groups.get(key);
    if (group) group.nodes.push(node);
    else groups.set(key, { alpha, colour, nodes: [node] });
  }
  sorted.set(scenery, { ink, groups: [...groups.values()] });
  return [...groups.values()];
}

/** Far away: a step is a box in the colour of its status. */
function paintBoxes(context: CanvasRenderingContext2D, scenery: Scenery, box: Box, ink: Colours) {
  for (const { alpha, colour, nodes } of alike(scenery, ink)) {
    context.globalAlpha = alpha;
    context.fillStyle = colour;
    for (const node of nodes)
      if (liesIn(node, box)) context.fillRect(node.x, node.y, NODE_WIDTH, node.height);
  }
  context.globalAlpha = 1;
  const chosen = scenery.places.nodes.find((node) => node.id === scenery.selected);
  if (!chosen) return;
  const wide = 3 / context.getTransform().a;
  context.strokeStyle = ink.accent;
  context.lineWidth = wide;
  context.strokeRect(chosen.x - wide, chosen.y - wide, NODE_WIDTH + 2 * wide, chosen.height + 2 * wide);
}

function boxColour(scenery: Scenery, row: Row, ink: Colours): string {
  if (scenery.forbidden?.has(row.id)) return ink['state-bad'];
  if (scenery.matches?.has(row.id)) return ink.accent;
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
    const edge = tint !== 'idle' ? (`state-${tint}` as const) : row.critical ? 'text-soft' : 'line-strong';
    context.globalAlpha = faded(scenery, node.id) ? 0.35 : 1;
    context.fillStyle = lit ? ink[`soft-${tint}`] : ink.raised;
    context.fillRect(node.x, node.y, NODE_WIDTH, node.height);
    context.strokeStyle = lit || tint === 'idle' ? ink[edge] : ink['line-strong'];
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
    const [first, second] = inLines(context, row.title);
    context.fillText(first, node.x + 12, node.y + 16);
    if (second) context.fillText(second, node.x + 12, node.y + 33);
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

const lines = new Map<string, [string, string]>();

/** Breaks a title into the two lines a card has; measuring is dear, so what was broken once is kept. */
function inLines(context: CanvasRenderingContext2D, title: string): [string, string] {
  const known = lines.get(title);
  if (known) return known;
  if (lines.size > 4000) lines.clear();
  const room = NODE_WIDTH - 44;
  let first = title;
  let rest = '';
  if (context.measureText(title).width > room) {
    const fits = Math.max(1, Math.floor((title.length * room) / context.measureText(title).width));
    const space = title.lastIndexOf(' ', fits);
    const cut = space > fits / 2 ? space : fits;
    first = title.slice(0, cut);
    rest = fitted(context, title.slice(cut).trimStart(), room);
  }
  lines.set(title, [first, rest]);
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
