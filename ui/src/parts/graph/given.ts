// What the graph is given to draw, and what it tells back.
import type { Lane, Row } from '../shapes';
import type { Detail } from './sizes';
import type { Troubles } from './troubles';

export type EdgeWish = { before: string; id: string; add: boolean };
export type Given = {
  rows: Row[];
  lanes: Lane[];
  selected: string | null;
  search: string;
  problems: Troubles;
  /** How far a session is, as an offset from its start; null for a plan nobody runs. */
  nowMs: number | null;
  details: ((id: string) => Detail[]) | undefined;
  onselect: (id: string) => void;
  onopen: ((id: string) => void) | undefined;
  onedge: ((wish: EdgeWish) => void) | undefined;
};
/** What an edge between two steps would be. */
export type Verdict = { kind: 'add' | 'remove' | 'circle' | 'self'; text: string };
