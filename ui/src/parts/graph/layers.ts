// How deep a step lies below those it waits for, and which edges have to be left out for that since they close a cycle.

/** What of a step its depth depends on. */
export type Linked = { id: string; after: string[] };
/** For a step, those it waits for though they wait for it themselves. */
export type Closing = Map<string, Set<string>>;

const NONE: Closing = new Map();

/**
 * Returns the longest path to each step inside its group, without recursion: a plan may be 20,000 steps deep. A step in
 * a cycle or behind one has none, unless the edges that close it are left out.
 */
export function layers(group: Linked[], closing: Closing): Map<string, number> {
  const inGroup = new Set(group.map((step) => step.id));
  const open = new Map<string, number>();
  const followers = new Map<string, string[]>();
  for (const { id, after } of group) {
    const left = closing.get(id);
    const before = [...new Set(after)].filter((one) => one !== id && inGroup.has(one) && !left?.has(one));
    open.set(id, before.length);
    for (const one of before) {
      const list = followers.get(one);
      if (list) list.push(id);
      else followers.set(one, [id]);
    }
  }
  const deepest = new Map<string, number>();
  const depth = new Map<string, number>();
  const ready = group.filter((step) => open.get(step.id) === 0).map((step) => step.id);
  for (let position = 0; position < ready.length; position++) {
    const id = ready[position]!;
    const here = deepest.get(id) ?? 0;
    depth.set(id, here);
    for (const follower of followers.get(id) ?? []) {
      deepest.set(follower, Math.max(deepest.get(follower) ?? 0, here + 1));
      const left = (open.get(follower) ?? 1) - 1;
      open.set(follower, left);
      if (left === 0) ready.push(follower);
    }
  }
  return depth;
}

/** Returns the edges that close a cycle: without them none is left. A cycle begins at the step the file has first. */
export function closingEdges(steps: Linked[]): Closing {
  if (inTurn(steps)) return NONE;
  const reached = layers(steps, NONE);
  if (reached.size === new Set(steps.map(({ id }) => id)).size) return NONE;
  const followers = new Map<string, string[]>();
  for (const { id, after } of steps) {
    if (reached.has(id)) continue;
    for (const before of new Set(after)) {
      const list = followers.get(before);
      if (list) list.push(id);
      else followers.set(before, [id]);
    }
  }
  const closing: Closing = new Map();
  const met = new Map<string, 'on the way' | 'left'>();
  for (const { id: first } of steps) {
    if (reached.has(first) || met.has(first)) continue;
    met.set(first, 'on the way');
    const path = [{ id: first, next: 0 }];
    for (let here = path.at(-1); here !== undefined; here = path.at(-1)) {
      const follower = followers.get(here.id)?.[here.next++];
      if (follower === undefined) {
        met.set(here.id, 'left');
        path.pop();
      } else if (!met.has(follower)) {
        met.set(follower, 'on the way');
        path.push({ id: follower, next: 0 });
      } else if (met.get(follower) === 'on the way' && follower !== here.id) {
        const known = closing.get(follower);
        if (known) known.add(here.id);
        else closing.set(follower, new Set([here.id]));
      }
    }
  }
  return closing;
}

/** Returns whether each step waits for earlier ones only, as in most files; then there is no cycle. */
function inTurn(steps: Linked[]): boolean {
  const before = new Set<string>();
  for (const { id, after } of steps) {
    for (const one of after) if (one !== id && !before.has(one)) return false;
    before.add(id);
  }
  return true;
}
