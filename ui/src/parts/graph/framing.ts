// Where the picture lies in its pane: framed, moved so far that a step is in sight, zoomed about a point.
import type { Layout, Placed } from './layout';
import type { View } from './paint';
import { MARGIN, NODE_WIDTH } from './sizes';

/** Frames the picture: all of it where it stays legible, else its beginning. */
export function frame(places: Layout, width: number, height: number, least: number): View {
  const roomX = Math.max(1, width - MARGIN.left - MARGIN.right);
  const roomY = Math.max(1, height - MARGIN.top - MARGIN.bottom);
  const right = Math.max(1, places.width);
  const bottom = Math.max(1, places.height);
  const zoom = Math.min(1, Math.max(least, Math.min(roomX / right, roomY / bottom)));
  return {
    x: MARGIN.left + Math.max(0, (roomX - right * zoom) / 2),
    y: MARGIN.top + Math.max(0, Math.min((roomY - bottom * zoom) / 2, 28)),
    zoom,
  };
}

/** Moves the picture just so far that the step is in sight. */
export function moved(view: View, node: Placed, width: number, height: number): View {
  const { x, y, zoom } = view;
  return {
    x: x + missing(x + node.x * zoom, NODE_WIDTH * zoom, MARGIN.left, width - MARGIN.right),
    y: y + missing(y + node.y * zoom, node.height * zoom, MARGIN.top, height - MARGIN.bottom),
    zoom,
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
