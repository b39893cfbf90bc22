// How a step is named where it is spoken of: by its title, and by its id only where the title does not tell it apart.

import { count } from './format';

type Titled = { id: string; title: string };
/** A sentence in pieces, so that the names in it may be shown shorter than they are. */
export type Words = (string | { name: string })[];

/** Returns the titles that more than one of these have. */
export function alike(all: { title: string }[]): Set<string> {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { title } of all) (seen.has(title) ? twice : seen).add(title);
  return twice;
}

/** Names one in a sentence: `“Fill users”`, or `“Fill users” (fill-2)` where another has that title, too. */
export function quoted({ id, title }: Titled, twice: Set<string>): string {
  return twice.has(title) ? `“${title}” (${id})` : `“${title}”`;
}

/** Names one where it stands alone, without quotes. */
export function plain({ id, title }: Titled, twice: Set<string>): string {
  return twice.has(title) ? `${title} (${id})` : title;
}

/** Names several in a sentence: all of a few, else the first and how many more. */
export function named(all: Titled[], most = 4, twice: Set<string> = alike(all)): string {
  return said(listed(all, most, twice));
}

/** The same in pieces. */
export function listed(all: Titled[], most: number, twice: Set<string>): Words {
  const first = all.slice(0, most);
  const more = all.length - first.length;
  const words = first.flatMap(({ id, title }, index): Words => {
    const before = index === 0 ? '' : more === 0 && index === first.length - 1 ? ' and ' : ', ';
    const after = twice.has(title) ? ['” (', { name: id }, ')'] : ['”'];
    return [`${before}“`, { name: title }, ...after];
  });
  return more > 0 ? [...words, ` and ${count(more)} more`] : words;
}

/** Writes a sentence in pieces whole. */
export function said(words: Words): string {
  return words.map((word) => (typeof word === 'string' ? word : word.name)).join('');
}

/** Ends a name that is longer than a line can spare with an ellipsis. */
export function cut(name: string, longest = 40): string {
  const all = [...name];
  return all.length <= longest
    ? name
    : `${all
        .slice(0, longest - 1)
        .join('')
        .trimEnd()}…`;
}

/** Writes texts somebody else wrote, each in quotes. */
export function inQuotes(texts: string[]): string {
  return texts.map((text) => `“${text}”`).join(', ');
}

/** Puts the name of a step where a sentence of the runner has its id: the first time, for what follows may be quoted. */
export function spoken(text: string, step: Titled, twice: Set<string>): string {
  const id = step.id.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return text.replace(new RegExp(`\\bstep ${id}(?![\\w-])`, 'i'), () => quoted(step, twice));
}
