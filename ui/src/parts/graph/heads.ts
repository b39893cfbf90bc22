// Which lanes have their upper end out of sight, and where their names stand instead: at the edge of the pane.
import type { PlacedLane } from './layout';
import type { View } from './paint';
import { HAIR, LANE_HEAD, type Size } from './sizes';

/** Height of a name at the edge, and the least of a lane that has to be in sight below it, in pixels. */
const HIGH = 24;
/** Least width that says something, in pixels. */
const TELLING = 48;

export type Head = { id: string; title: string; left: number; width: number };

/** Returns the names at the upper edge, each as wide as its lane is in sight. */
export function headsOf(lanes: PlacedLane[], view: View, pane: Size): Head[] {
  const heads: Head[] = [];
  // From so far away whole lanes are in sight.
  if (view.zoom < HAIR) return heads;
  for (const lane of lanes) {
    const top = view.y + lane.y * view.zoom;
    if (lane.title === '' || top + (LANE_HEAD / 3) * view.zoom >= 0) continue;
    if (top + lane.height * view.zoom < 2 * HIGH) continue;
    const left = Math.max(0, view.x + lane.x * view.zoom);
    const right = Math.min(pane.width, view.x + (lane.x + lane.width) * view.zoom);
    if (right - left >= TELLING) heads.push({ id: lane.id, title: lane.title, left, width: right - left });
  }
  return heads;
}
