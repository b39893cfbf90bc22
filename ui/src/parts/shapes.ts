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
  /** True when the file says it destroys data. */
  destructive: boolean;
  owner: string | null;
  plannedMs: number | null;
  startMs: number | null;
  finishMs: number | null;
  slackMs: number | null;
  actualStartMs: number | null;
  actualFinishMs: number | null;
  elapsedMs: number | null;
  finallyFor: string | null;
  /** Duration measured in a rehearsal. */
  rehearsedMs?: number | null;
  /** Earliest start as the file has it. */
  fixedStart?: string | null;
};

/** A phase. */
export type Lane = {
  id: string;
  title: string;
  /** Phases that must end first. */
  after?: string[];
};

/** From a moment on, how far the clocks of the plan's zone are from UTC. */
export type ZoneOffset = { fromMs: number; offsetMs: number; name: string };

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
