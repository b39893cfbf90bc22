// The lines of a log as rows of a grid of characters: which pass a filter, how high each is, which lie in sight.

export type Line = {
  seq: number;
  at_ms: number;
  step: string | null;
  tone: 'plain' | 'output' | 'good' | 'look' | 'bad';
  text: string;
  /** How many cells it needs, once that was asked. */
  cells?: number;
  /** Its text and its step in small letters, once somebody searched. */
  small?: string;
};

/** What of a log is shown. */
export type Level = 'all' | 'events' | 'look' | 'bad';

const SHOWN: Record<Level, ReadonlySet<Line['tone']>> = {
  all: new Set(['plain', 'output', 'good', 'look', 'bad']),
  events: new Set(['plain', 'good', 'look', 'bad']),
  look: new Set(['look', 'bad']),
  bad: new Set(['bad']),
};

export function filtered<L extends Line>(lines: L[], level: Level, step: string | null): L[] {
  if (level === 'all' && step === null) return lines;
  const tones = SHOWN[level];
  return lines.filter((line) => tones.has(line.tone) && (step === null || line.step === step));
}

const NARROW = /^[\x20-\x7e]*$/;
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f000}-\u{1faff}\u{20000}-\u{3fffd}]/gu;

/** Returns how many cells a line needs; one of plain letters needs as many as it has. */
export function cells(line: Line): number {
  // Kept in the line itself: ten thousand lines are asked with every message, and a table beside them would be
  // gone through by every collection of garbage.
  return (line.cells ??= reckoned(line.text));
}

function reckoned(text: string): number {
  if (NARROW.test(text)) return text.length;
  return text.replaceAll('\t', '        ').length + (text.match(WIDE)?.length ?? 0);
}

/** Returns where each line begins, in rows of `columns` cells, and where the last one ends. */
export function tops(lines: Line[], columns: number): Int32Array {
  const all = new Int32Array(lines.length + 1);
  for (let index = 0; index < lines.length; index++) {
    const rows = columns > 0 ? Math.ceil(cells(lines[index]!) / columns) : 1;
    all[index + 1] = all[index]! + Math.max(1, rows);
  }
  return all;
}

/** Returns the line that holds a row. */
export function lineAt(tops: Int32Array, row: number): number {
  let low = 0;
  let high = Math.max(0, tops.length - 2);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (tops[middle]! <= row) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Returns the places of the lines that contain a text, whatever the case of its letters. */
export function found(lines: Line[], text: string): number[] {
  const wanted = text.toLowerCase();
  if (wanted === '') return [];
  const places: number[] = [];
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    // A line break parts them: nothing that is typed into a search has one.
    line.small ??= `${line.text}\n${line.step ?? ''}`.toLowerCase();
    if (line.small.includes(wanted)) places.push(index);
  }
  return places;
}

/** A piece of a text, and whether it is what was searched for. */
export type Piece = { text: string; hit: boolean };

/** Cuts a text into what was searched for and what lies between. */
export function pieces(text: string, wanted: string): Piece[] {
  if (wanted === '') return [{ text, hit: false }];
  const low = text.toLowerCase();
  // A letter whose other case has another length would shift every place after it.
  if (low.length !== text.length) return [{ text, hit: false }];
  const all: Piece[] = [];
  let from = 0;
  for (let at = low.indexOf(wanted.toLowerCase()); at >= 0; at = low.indexOf(wanted.toLowerCase(), from)) {
    if (at > from) all.push({ text: text.slice(from, at), hit: false });
    from = at + wanted.length;
    all.push({ text: text.slice(at, from), hit: true });
  }
  if (from < text.length) all.push({ text: text.slice(from), hit: false });
  return all;
}
