// What parts draw. They know neither commands nor state: views map those to these shapes.
import type { StatusWord } from '../words/words';

/** A step as graph, timeline and list draw it. Offsets are milliseconds from the start. */
export type Row = {
  id: string;
  title: string;
  kind: string;
  phase: string | null;
  after: string[];
  status: StatusWord;
  back: boolean;
  critical: boolean;
  pointOfNoReturn: boolean;
  downtime: boolean;
  owner: string | null;
  plannedMs: number | null;
  startMs: number | null;
  finishMs: number | null;
  slackMs: number | null;
  actualStartMs: number | null;
  actualFinishMs: number | null;
  elapsedMs: number | null;
  finallyFor: string | null;
};

/** A phase. */
export type Lane = { id: string; title: string };

/** A maintenance window on the timeline. */
export type Band = {
  id: string;
  title: string;
  opensMs: number;
  lengthMs: number;
  fits: boolean | null;
  /** Latest start of a rollback that ends with it; before 0 it has passed. */
  rollbackByMs: number | null;
};
