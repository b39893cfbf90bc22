// Where rows and columns of a grid lie, and which of them are in sight.

export const ROW = 26;
export const NUMBERS = 68;
const LEAST = 56;
const MOST = 360;
const CHARACTER = 7.4;

/** Cells from one corner to the other, both included. */
export type Span = { firstRow: number; lastRow: number; firstColumn: number; lastColumn: number };
export type Cell = { row: number; column: number };

/** Returns widths that fit the names and the first values. */
export function fitting(
  columns: readonly { name: string; kind: string }[],
  rows: readonly (readonly (string | null)[])[],
): number[] {
  return columns.map((column, index) => {
    let longest = column.name.length + (column.kind ? column.kind.length * 0.8 + 2 : 0);
    for (const row of rows) longest = Math.max(longest, row[index]?.length ?? 4);
    return Math.round(Math.min(MOST, Math.max(LEAST, longest * CHARACTER + 22)));
  });
}

/** Returns the left edge of every column, and at the end the width of all. */
export function edges(widths: readonly number[]): number[] {
  const found = [NUMBERS];
  for (const width of widths) found.push(found[found.length - 1]! + width);
  return found;
}

/** Returns the columns in sight, from first to last. */
export function columnsInSight(edges: readonly number[], left: number, width: number): [number, number] {
  const count = edges.length - 1;
  let first = 0;
  while (first < count - 1 && edges[first + 1]! <= left + NUMBERS) first++;
  let last = first;
  while (last < count - 1 && edges[last + 1]! < left + width) last++;
  return [first, last];
}

/** Returns the rows in sight, a few more on either side. */
export function rowsInSight(top: number, height: number, rows: number): [number, number] {
  const first = Math.max(0, Math.floor(top / ROW) - 4);
  const last = Math.min(rows - 1, Math.ceil((top + Math.max(height, ROW)) / ROW) + 4);
  return [first, last];
}

/** Returns the cells between two corners. */
export function between(one: Cell, other: Cell): Span {
  return {
    firstRow: Math.min(one.row, other.row),
    lastRow: Math.max(one.row, other.row),
    firstColumn: Math.min(one.column, other.column),
    lastColumn: Math.max(one.column, other.column),
  };
}

/** Returns where a key leads from a cell; `null` for a key that moves nothing. */
export function moved(
  from: Cell,
  key: string,
  control: boolean,
  rows: number,
  columns: number,
  page: number,
): Cell | null {
  let { row, column } = from;
  switch (key) {
    case 'ArrowUp':
      row = control ? 0 : row - 1;
      break;
    case 'ArrowDown':
      row = control ? rows - 1 : row + 1;
      break;
    case 'ArrowLeft':
      column = control ? 0 : column - 1;
      break;
    case 'ArrowRight':
      column = control ? columns - 1 : column + 1;
      break;
    case 'Home':
      column = 0;
      if (control) row = 0;
      break;
    case 'End':
      column = columns - 1;
      if (control) row = rows - 1;
      break;
    case 'PageUp':
      row -= page;
      break;
    case 'PageDown':
      row += page;
      break;
    default:
      return null;
  }
  return {
    row: Math.min(rows - 1, Math.max(0, row)),
    column: Math.min(columns - 1, Math.max(0, column)),
  };
}
