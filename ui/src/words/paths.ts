// Paths as people type them, and as they are shown where room is short.

import { fileName, shortPath } from './format';

const END = '.plan.toml';

/** Returns the file name a plan of this name would have. */
export function fileOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return `${slug || 'migration'}${END}`;
}

/** Returns the path with the ending of plans, when it has none. */
export function fullPath(path: string): string {
  const trimmed = path.trim();
  return /\.toml$/i.test(trimmed) ? trimmed : `${trimmed}${END}`;
}

/** Returns the folder of a path, with the sign it ends with. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** Takes a path apart where room is short: the folder may give way, the file stays; one with a longer name stands alone,
 * cut in its middle. */
export function apart(path: string, longest: number): { folder: string; file: string } {
  const file = fileName(path);
  if (file.length > longest) return { folder: '', file: shortPath(file, longest) };
  const at = Math.max(0, path.length - file.length - 1);
  return { folder: path.slice(0, at), file: path.slice(at) };
}
