// What the code parts are told. They know neither commands nor state.

export type CodeLanguage = 'sql' | 'shell' | 'prose';
export type Dialect = 'postgresql' | 'mysql' | 'sqlite';

/** Lines and characters a preview shows at most; more is behind “Open all”. */
export const PREVIEW_LINES = 40;
export const PREVIEW_CHARACTERS = 4000;

/** A text as far as a preview shows it, and what it leaves out. */
export type Preview = { text: string; lines: number; characters: number };

/** Cuts a text for a preview, reading no more of it than it shows. */
export function previewOf(text: string, leftOut = 0): Preview {
  let end = Math.min(text.length, PREVIEW_CHARACTERS);
  let at = -1;
  for (let line = 0; line < PREVIEW_LINES; line++) {
    at = text.indexOf('\n', at + 1);
    if (at < 0 || at >= end) break;
    if (line === PREVIEW_LINES - 1) end = at;
  }
  // Half of a pair of code units would be drawn as a stranger.
  if (end < text.length && /[\ud800-\udbff]/.test(text[end - 1] ?? '')) end--;
  const rest = text.length - end;
  return { text: text.slice(0, end), lines: rest > 0 ? linesFrom(text, end) : 0, characters: rest + leftOut };
}

function linesFrom(text: string, from: number): number {
  let lines = 0;
  for (let at = text.indexOf('\n', from); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}
