// What parts draw. They know neither commands nor state: views map those to these shapes.
import type { StatusWord } from '../words/words';

/** A run of a step or of its undo, as offsets from the start. */
export type Run = {
  /** How it was left. */
  status: StatusWord;
  startMs: number;
  /** Missing while it runs, and when nobody saw its end. */
  finishMs: number | null;
  elapsedMs: number | null;
};

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
  /** True when it leaves something behind that nothing takes back. */
  noUndo?: boolean;
  /** True when it may be repeated after a crash. */
  repeatable?: boolean;
  owner: string | null;
  plannedMs: number | null;
  /** How long a session expects it to take: as earlier runs did, else as planned. */
  expectedMs?: number | null;
  /** True when nobody said how long it takes; what `startMs` and `finishMs` span is then no length to be told. */
  untimed?: boolean;
  startMs: number | null;
  finishMs: number | null;
  slackMs: number | null;
  /** The last run of the step, and of its undo; both stay where the one followed the other. */
  ran: Run | null;
  undo: Run | null;
  /** Duration of its own last run; that of its undo stands in `undo`. */
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

/** A maintenance window on the timeline. */
export type Band = {
  id: string;
  title: string;
  opensMs: number;
  lengthMs: number;
  fits: boolean | null;
  /** Latest start of a rollback that ends with it; before 0 it has passed. */
  rollbackByMs: number | null;
  /** When a session ran its steps instead of in it; what is planned for it does not hold for that session. */
  outside?: 'before' | 'after' | null;
};
