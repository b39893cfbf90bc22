// What an edge between two steps would be, before it is made.
import type { Row } from '../shapes';
import type { Verdict } from './given';
import { circleText, way, type Followers } from './walk';

/** Judges an edge; `forbidden` are the steps it must not lead to, where they are known already. */
export function verdictOn(
  before: string,
  id: string,
  byId: Map<string, Row>,
  forbidden: Set<string> | null,
  followers: () => Followers,
): Verdict {
  if (before === id) return { kind: 'self', text: 'A step cannot wait for itself.' };
  if (byId.get(id)?.after.includes(before))
    return { kind: 'remove', text: `${id} waits for ${before} already.` };
  if (forbidden && !forbidden.has(id)) return { kind: 'add', text: `${id} will wait for ${before}.` };
  const back = way(followers(), id, before);
  if (!forbidden && back === null) return { kind: 'add', text: `${id} will wait for ${before}.` };
  return {
    kind: 'circle',
    text: `That would be a circle: ${circleText([...(back ?? [id, before]), id])}. No step of it could ever start.`,
  };
}
