// Paths of plan files as people type them.

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
