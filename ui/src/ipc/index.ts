// One typed function per command; with `dialogs.ts` the only place that imports the shell's own packages.
import { Channel, invoke } from '@tauri-apps/api/core';
import type {
  CellSpan,
  Choice,
  Comparison,
  Connection,
  Copied,
  Edit,
  Edited,
  Existing,
  Exported,
  Filter,
  ImportChoice,
  ImportFound,
  KindChange,
  ImportSource,
  Imported,
  NewPlan,
  Opening,
  Passage,
  Past,
  Plan,
  PlanRun,
  PlanSeen,
  PlanWatch,
  Problem,
  QueryPage,
  QueryProgress,
  QueryResult,
  QueryValue,
  RecentPlan,
  Relations,
  Request,
  Resume,
  SavedConnection,
  Session,
  SessionLine,
  Side,
  Start,
  TableDetail,
  TakenApart,
  Tested,
  TouchedTarget,
  Watched,
  Written,
} from './types';

/** Turns whatever a command was rejected with into a problem. */
export function asProblem(error: unknown): Problem {
  if (typeof error === 'object' && error !== null && 'code' in error && 'message' in error) {
    return error as Problem;
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'window',
    message,
    hint: 'Try again; the journal keeps what was done.',
    line: null,
    column: null,
  };
}

export const opening = () => invoke<Opening>('opening');

export const openPlan = (path: string) => invoke<Plan>('open_plan', { path });
export const readPassage = (path: string, step: string, side: Side, index: number) =>
  invoke<Passage>('read_passage', { path, step, side, index });
export const recentPlans = () => invoke<RecentPlan[]>('recent_plans');
export const forgetPlan = (path: string) => invoke<RecentPlan[]>('forget_plan', { path });
export const createPlan = (plan: NewPlan) => invoke<Plan>('create_plan', { plan });
export const editPlan = (path: string, baseHash: string, what: string, edits: Edit[]) =>
  invoke<Edited>('edit_plan', { path, baseHash, what, edits });
export const kindChange = (path: string, step: string, to: string) =>
  invoke<KindChange>('kind_change', { path, step, to });
export const undoPlan = (path: string) => invoke<Edited>('undo_plan', { path });
export const redoPlan = (path: string) => invoke<Edited>('redo_plan', { path });
export const rewritePlan = (path: string) => invoke<Edited>('rewrite_plan', { path });
export const settlePlan = (path: string, choice: Choice) => invoke<Edited>('settle_plan', { path, choice });
export const trustPlan = (path: string, hash: string) => invoke<Plan>('trust_plan', { path, hash });

export const listConnections = () => invoke<SavedConnection[]>('list_connections');
export const saveConnection = (connection: Connection, before: string | null, password: string | null) =>
  invoke<SavedConnection[]>('save_connection', { connection, before, password });
export const deleteConnection = (name: string) => invoke<SavedConnection[]>('delete_connection', { name });
export const keepPassword = (name: string, password: string) =>
  invoke<SavedConnection[]>('keep_password', { name, password });
export const takeApart = (url: string) => invoke<TakenApart>('take_apart', { url });
export const testConnection = (connection: Connection, password: string | null) =>
  invoke<Tested>('test_connection', { connection, password });

export const findConnections = (source: ImportSource) => invoke<ImportFound>('find_connections', { source });
export const importConnections = (source: ImportSource, choices: ImportChoice[]) =>
  invoke<Imported>('import_connections', { source, choices });

export const listRelations = (connection: string) => invoke<Relations>('list_relations', { connection });
export const openRelation = (connection: string, schema: string, name: string) =>
  invoke<TableDetail>('open_relation', { connection, schema, name });
export const countRows = (connection: string, schema: string, name: string) =>
  invoke<number>('count_rows', { connection, schema, name });
export const closeDatabase = (connection: string) => invoke<void>('close_database', { connection });
export const touchedTables = (path: string) => invoke<TouchedTarget[]>('touched_tables', { path });

/** Runs a query; `told` hears how far it is. */
export async function runQuery(
  connection: string,
  sql: string,
  timeoutMs: number | null,
  told: (progress: QueryProgress) => void,
): Promise<QueryResult> {
  const channel = new Channel<QueryProgress>();
  channel.onmessage = told;
  return await invoke<QueryResult>('run_query', { connection, sql, timeoutMs, channel });
}
export const cancelQuery = (connection: string) => invoke<void>('cancel_query', { connection });
export const closeQuery = (connection: string) => invoke<void>('close_query', { connection });
export const queryPage = (connection: string, run: number, first: number, count: number) =>
  invoke<QueryPage>('query_page', { connection, run, first, count });
export const queryValue = (connection: string, run: number, row: number, column: number) =>
  invoke<QueryValue>('query_value', { connection, run, row, column });
export const copyCells = (connection: string, run: number, span: CellSpan) =>
  invoke<Copied>('copy_cells', { connection, run, span });

/** Writes a result to a file; `told` hears how far it is. */
export async function exportQuery(
  connection: string,
  run: number,
  sql: string,
  file: string,
  told: (progress: QueryProgress) => void,
): Promise<Exported> {
  const channel = new Channel<QueryProgress>();
  channel.onmessage = told;
  return await invoke<Exported>('export_query', { connection, run, sql, file, channel });
}

export const startSession = (start: Start) => invoke<string>('start_session', { start });
export const resumeSession = (resume: Resume) => invoke<Session>('resume_session', { resume });
export const requestSession = (session: string, request: Request) =>
  invoke<Session>('request_session', { session, request });
export const listSessions = (before: string | null, filter: Filter) =>
  invoke<SessionLine[]>('list_sessions', { before, filter });
export const plansRun = () => invoke<PlanRun[]>('plans_run');
export const pastRuns = (id: string) => invoke<Past[]>('past_runs', { id });
export const compareSessions = (left: string, right: string) =>
  invoke<Comparison>('compare_sessions', { left, right });
export const exportComparison = (left: string, right: string, file: string, existing: Existing) =>
  invoke<Written>('export_comparison', { left, right, file, existing });
/** Shows a notice of the system; returns whether it took it. */
export const notify = (title: string, body: string) => invoke<boolean>('notify', { title, body });
export const openSession = (id: string) => invoke<Session>('open_session', { id });

export const exportReport = (session: string, file: string, existing: Existing) =>
  invoke<Written>('export_report', { session, file, existing });

/** Follows a session: first what the journal has after `afterSeq`, then what comes. Returns how to stop. */
export async function watchSession(
  id: string,
  afterSeq: number,
  told: (message: Watched) => void,
): Promise<() => void> {
  const channel = new Channel<Watched>();
  channel.onmessage = told;
  const watcher = await invoke<number>('watch_session', { id, afterSeq, channel });
  return () => {
    channel.onmessage = () => {};
    void invoke('unwatch_session', { watcher });
  };
}

/** Follows a plan file: tells of changes that were not made here, first of those since `hash`. Returns how to stop. */
export async function watchPlan(
  path: string,
  hash: string,
  told: (seen: PlanSeen) => void,
): Promise<{ watch: PlanWatch; stop: () => void }> {
  const channel = new Channel<PlanSeen>();
  channel.onmessage = told;
  const watch = await invoke<PlanWatch>('watch_plan', { path, hash, channel });
  return {
    watch,
    stop: () => {
      channel.onmessage = () => {};
      void invoke('unwatch_plan', { watcher: watch.watcher });
    },
  };
}

/** Returns the drawing of a plan's timeline as SVG. */
export const drawTimeline = (path: string) => invoke<string>('draw_timeline', { path });
/** Writes a plan's timeline; the end of the file's name chooses the format. */
export const writeTimeline = (path: string, file: string, existing: Existing) =>
  invoke<Written>('write_timeline', { path, file, existing });
/** Writes a picture the window has drawn; its bytes go as they are, their place in the heading. */
export const writePicture = (file: string, existing: Existing, bytes: Uint8Array) =>
  invoke<Written>('write_picture', bytes, { headers: { file: encodeURIComponent(file), existing } });
