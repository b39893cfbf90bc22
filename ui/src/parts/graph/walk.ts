// Finding one's way in a graph: what is searched, what lies beside a step, what an edge would close to a circle.
import type { Row } from '../shapes';
import type { Placed } from './layout';
import { NODE_WIDTH } from './sizes';

export type Followers = Map<string, string[]>;

/** Returns, for each step, those that wait for it. */
export function followersOf(rows: Row[]): Followers {
  const followers: Followers = new Map();
  for (const row of rows) {
    for (const before of new Set(row.after)) {
      const list = followers.get(before);
      if (list) list.push(row.id);
      else followers.set(before, [row.id]);
    }
  }
  return followers;
}

/** Returns the steps that the words are found in, in the order of the plan; null while nothing is searched. */
export function found(rows: Row[], wanted: string): string[] | null {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return null;
  return rows
    .filter((row) => {
      const text = `${row.id}\n${row.title}\n${row.kind}\n${row.status}\n${row.owner ?? ''}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .map((row) => row.id);
}

/** Returns the shortest way from one step to another along the edges, both ends included, or null. */
export function way(followers: Followers, from: string, to: string): string[] | null {
  const cameFrom = new Map<string, string | null>([[from, null]]);
  const open = [from];
  for (let position = 0; position < open.length; position++) {
    const here = open[position]!;
    if (here === to) {
      const steps: string[] = [];
      for (let step: string | null = here; step !== null; step = cameFrom.get(step) ?? null)
        steps.unshift(step);
      return steps;
    }
    for (const next of followers.get(here) ?? []) {
      if (!cameFrom.has(next)) {
        cameFrom.set(next, here);
        open.push(next);
      }
    }
  }
  return null;
}

/** Returns all that must be over before `id` may start: an edge from `id` to one of them would close a circle. */
export function allBefore(byId: Map<string, Row>, id: string): Set<string> {
  const before = new Set<string>();
  const open = [id];
  for (let here = open.pop(); here !== undefined; here = open.pop()) {
    for (const next of byId.get(here)?.after ?? []) {
      if (!before.has(next)) {
        before.add(next);
        open.push(next);
      }
    }
  }
  return before;
}

/** Writes a circle as the ids along it, the middle of a long one left out. */
export function circleText(steps: string[]): string {
  const shown = steps.length > 8 ? [...steps.slice(0, 4), '…', ...steps.slice(-3)] : steps;
  return shown.map((id) => (id.length > 40 ? `${id.slice(0, 39)}…` : id)).join(' → ');
}

export type Direction = 'up' | 'down' | 'left' | 'right';

/** Returns the step that lies next in a direction on the picture, or null. */
export function beside(nodes: Placed[], id: string, direction: Direction): string | null {
  const here = nodes.find((node) => node.id === id);
  if (!here) return null;
  const level = direction === 'left' || direction === 'right';
  const sign = direction === 'left' || direction === 'up' ? -1 : 1;
  let best: string | null = null;
  let nearest = Infinity;
  for (const node of nodes) {
    const along = sign * (level ? node.x - here.x : node.y - here.y);
    if (along < (level ? NODE_WIDTH / 2 : 20)) continue;
    const aside = Math.abs(level ? node.y - here.y : node.x - here.x);
    const distance = along + aside * 3;
    if (distance < nearest) {
      nearest = distance;
      best = node.id;
    }
  }
  return best;
}

/** Returns the step the arrow leads to along an edge: down to what follows, up to what came before; the critical one first. */
export function along(
  byId: Map<string, Row>,
  followers: Followers,
  id: string,
  direction: 'up' | 'down',
): string | null {
  const ways = (direction === 'down' ? (followers.get(id) ?? []) : (byId.get(id)?.after ?? [])).filter(
    (next) => byId.has(next),
  );
  return ways.find((next) => byId.get(next)?.critical) ?? ways[0] ?? null;
}
