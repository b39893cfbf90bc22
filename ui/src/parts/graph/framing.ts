// Where the picture lies in its pane: framed, moved so far that a step is in sight, zoomed about a point.
import type { Layout, Placed } from './layout';
import type { View } from './paint';
import { MARGIN, NODE_WIDTH, type Size } from './sizes';

/** A pane, and the corner at its right and at its foot that something lies over while not all of the picture is in sight. */
export type Pane = Size & { corner: Size | null };

/** Frames the picture: all of it where it stays legible, else its beginning. */
export function frame(places: Layout, { width, height, corner }: Pane, least: number): View {
  const roomX = Math.max(1, width - MARGIN.left - MARGIN.right);
  const roomY = Math.max(1, height - MARGIN.top - MARGIN.bottom);
  const right = Math.max(1, places.width);
  const bottom = Math.max(1, places.height);
  const zoom = Math.min(1, Math.max(least, Math.min(roomX / right, roomY / bottom)));
  const middle = MARGIN.left + Math.max(0, (roomX - right * zoom) / 2);
  // Where there is room beside the corner, the picture keeps clear of it.
  const beside = corner && bottom * zoom > roomY ? width - corner.width - right * zoom : middle;
  return {
    x: beside >= MARGIN.left ? Math.min(middle, beside) : middle,
    y: MARGIN.top + Math.max(0, Math.min((roomY - bottom * zoom) / 2, 28)),
    zoom,
  };
}

/** Moves the picture just so far that the step is in sight, with room around it, and not below the corner. */
export function moved(view: View, node: Placed, { width, height, corner }: Pane): View {
  const { zoom } = view;
  const [wide, high] = [NODE_WIDTH * zoom, node.height * zoom];
  const { top, left, right, bottom } = inset(zoom);
  const x = view.x + missing(view.x + node.x * zoom, wide, left, width - right);
  const y = view.y + missing(view.y + node.y * zoom, high, top, height - bottom);
  if (!corner) return { x, y, zoom };
  const overX = x + node.x * zoom + wide - (width - corner.width);
  const overY = y + node.y * zoom + high - (height - corner.height);
  if (overX <= 0 || overY <= 0) return { x, y, zoom };
  const fits = y + node.y * zoom - overY >= top;
  return fits && overY <= overX ? { x, y: y - overY, zoom } : { x: x - overX, y, zoom };
}

/** Moves a picture that was framed to a step that is out of sight: with the head of its lane where both have room. */
export function framedOn(view: View, places: Layout, node: Placed, pane: Pane): View {
  const least = moved(view, node, pane);
  const { zoom } = view;
  const lane = places.lanes.find(
    ({ x, y, width, height }) => node.x >= x && node.x < x + width && node.y >= y && node.y < y + height,
  );
  const x =
    least.x === view.x
      ? view.x
      : brought(view.x, zoom, [node.x, NODE_WIDTH, lane?.x ?? 0, places.width], pane.width, MARGIN.left);
  const y =
    least.y === view.y
      ? view.y
      : brought(view.y, zoom, [node.y, node.height, lane?.y ?? 0, places.height], pane.height, MARGIN.top);
  return moved({ x, y, zoom }, node, pane);
}

/** Where a step begins, how long it is, where its lane begins, and how long the picture is: along one axis. */
type Reach = [at: number, size: number, head: number, all: number];

/** Returns where the picture begins along one axis, so that it shows a step and no room beyond its own end. */
function brought(was: number, zoom: number, [at, size, head, all]: Reach, room: number, margin: number) {
  const withHead = (at + size - head) * zoom <= room - 2 * margin;
  const wanted = withHead ? margin - head * zoom : room / 2 - (at + size / 2) * zoom;
  return Math.min(Math.max(was, margin), Math.max(wanted, room - margin - all * zoom));
}

/** Returns what is kept free around a step: less from afar, and above it the height of a name that stays in sight. */
function inset(zoom: number) {
  return {
    top: MARGIN.top + 26 * zoom,
    left: MARGIN.left + 6 * zoom,
    right: MARGIN.right + 6 * zoom,
    bottom: MARGIN.bottom + 10 * zoom,
  };
}

/** Keeps a step at its place on the screen though its place in the picture has changed. */
export function keptInPlace(view: View, was: Placed, is: Placed): View {
  return {
    x: view.x + (was.x - is.x) * view.zoom,
    y: view.y + (was.y - is.y) * view.zoom,
    zoom: view.zoom,
  };
}

/** Zooms about a point of the pane. */
export function zoomedAt(view: View, x: number, y: number, factor: number): View {
  return {
    x: x - (x - view.x) * factor,
    y: y - (y - view.y) * factor,
    zoom: view.zoom * factor,
  };
}

/** Returns how far a span has to move to lie between two bounds; its beginning counts more than its end. */
function missing(start: number, length: number, least: number, most: number): number {
  if (start < least) return least - start;
  if (start + length > most) return Math.max(least - start, most - start - length);
  return 0;
}
