// When an item is due, who signed it, and whether it is ticked.
import type { Checklist, Item, Plan, SessionHead, Signature } from '../../ipc/types';
import { Zone } from '../../words/zone';
import { clock } from '../../state/rows';
import { duration } from '../../words/format';

/** Returns when an item is due; what is relative to the start is so to the session's, once there is one. */
export function dueAt(item: Item, head: SessionHead | null): number | null {
  if (item.due_from_start_ms !== null && head) return head.started_at_ms + item.due_from_start_ms;
  return item.due_at_ms;
}

/** Writes when an item is due: a time where it is known, else how long before or after the start. */
export function dueWords(item: Item, head: SessionHead | null, plan: Plan): string {
  const at = dueAt(item, head);
  if (at !== null) return inZone(at, plan);
  const from = item.due_from_start_ms;
  if (from === null) return item.due ?? '';
  if (from === 0) return 'at the start';
  return `${duration(Math.abs(from))} ${from < 0 ? 'before' : 'after'} the start`;
}

/** Writes a time as the plan's own clocks show it, with the zone's name: those who read it may be elsewhere. */
function inZone(atMs: number, plan: Plan): string {
  const zone = new Zone(clock(plan), plan.timezone);
  return `${zone.write(atMs).replace('T', ' ').slice(0, 16)} ${plan.timezone}`;
}

/** Returns the signatures under an item that count: the last one of each person, oldest first. */
export function signedBy(item: Item, head: SessionHead | null): Signature[] {
  const byPerson = new Map<string, Signature>();
  for (const signature of head?.signatures ?? []) {
    if (signature.item !== item.id) continue;
    const who = signature.by.trim().toLowerCase();
    byPerson.delete(who);
    byPerson.set(who, signature);
  }
  return [...byPerson.values()];
}

export function isTicked(item: Item, head: SessionHead | null): boolean {
  return signedBy(item, head).length >= item.signatures;
}

/** Returns true when an item should have been ticked by now and is not. */
export function isOverdue(item: Item, head: SessionHead | null, now: number): boolean {
  const at = dueAt(item, head);
  return at !== null && at < now && !isTicked(item, head);
}

export type Tally = { items: number; ticked: number; overdue: number };

export function tally(lists: Checklist[], head: SessionHead | null, now: number): Tally {
  const items = lists.flatMap((list) => list.items);
  return {
    items: items.length,
    ticked: items.filter((item) => isTicked(item, head)).length,
    overdue: items.filter((item) => isOverdue(item, head, now)).length,
  };
}

/** Returns an id made of a title that no item and no checklist of the plan has. */
export function freeId(title: string, plan: Plan): string {
  const taken = new Set(plan.checklists.flatMap((list) => [list.id, ...list.items.map((item) => item.id)]));
  const slug =
    title
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 40) || 'item';
  let id = slug;
  for (let number = 2; taken.has(id); number++) id = `${slug}-${number}`;
  return id;
}
