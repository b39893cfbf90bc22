// How a step is named where it is spoken of: by its title, and by its id only where the title does not tell it apart.

type Titled = { id: string; title: string };

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
  const names = all.slice(0, most).map((one) => quoted(one, twice));
  const more = all.length - names.length;
  if (more > 0) return `${names.join(', ')} and ${more} more`;
  return names.length > 1
    ? `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`
    : (names[0] ?? '');
}
