// The measures of the picture, in its own units; at scale 1 a unit is a pixel.
export const NODE_WIDTH = 216;
export const NODE_HEIGHT = 78;
export const GAP_X = 28;
export const GAP_Y = 30;
export const COLUMN_GAP = 52;
export const LANE_GAP = 40;
export const LANE_PAD = 16;
export const LANE_HEAD = 34;
/** Below the last row there is room for a way between its steps and the border of the lane. */
export const LANE_FOOT = 28;
/** How much of the picture lies around the outermost edge. */
export const EDGE_ROOM = 6;
/** How far beside its steps an edge runs that closes a cycle; less than the room beside a step in its lane. */
export const ASIDE = 7;
/** Smallest scale at which a step's title is read without effort. */
export const LEGIBLE = 0.85;
/** From this scale on a step is drawn with its words; below it is a coloured box. */
export const NEAR = 0.5;
export const LARGEST = 1.6;
/** Below this scale names of lanes are written over their steps, in a size that can be read. */
export const OVER = 0.3;
/** Below this scale edges are hair lines at most. */
export const HAIR = 0.2;
/** Space around the picture. */
export const MARGIN = { left: 18, right: 18, top: 18, bottom: 18 };
/** Lines of a detail of an opened step, and how many details it shows. */
export const DETAIL_LINES = 3;
export const DETAILS_SHOWN = 6;
const DETAIL_HEAD = 17;
const DETAIL_LINE = 14;
const DETAIL_GAP = 6;
const CHARACTERS_A_LINE = 28;

export type Size = { width: number; height: number };

/** What an opened step lists: a statement, a command, a check. */
export type Detail = { label: string; text: string; code: boolean };

/** Returns the height of a step that is opened to its details. */
export function openedHeight(details: Detail[]): number {
  const shown = details.slice(0, DETAILS_SHOWN);
  const body = shown.reduce(
    (sum, detail) => sum + DETAIL_HEAD + linesOf(detail.text) * DETAIL_LINE + DETAIL_GAP,
    0,
  );
  const more = details.length > shown.length ? DETAIL_HEAD : 0;
  return NODE_HEIGHT + 8 + Math.max(body + more, DETAIL_HEAD + DETAIL_GAP);
}

function linesOf(text: string): number {
  if (text === '') return 0;
  let lines = 0;
  for (const line of text.slice(0, 400).split('\n'))
    lines += Math.max(1, Math.ceil(line.length / CHARACTERS_A_LINE));
  return Math.min(DETAIL_LINES, lines);
}
