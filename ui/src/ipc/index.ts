// One typed function per command; with `dialogs.ts` the only place that imports the shell's own packages.
import { Channel, invoke } from '@tauri-apps/api/core';
import type {
  Choice,
  Connection,
  Edit,
  Edited,
  NewPlan,
  Opening,
  Plan,
  PlanSeen,
  PlanWatch,
  Problem,
  RecentPlan,
  Request,
  Resume,
  SavedConnection,
  Session,
  SessionLine,
  Start,
  TakenApart,
  Tested,
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
export const recentPlans = () => invoke<RecentPlan[]>('recent_plans');
export const forgetPlan = (path: string) => invoke<RecentPlan[]>('forget_plan', { path });
export const createPlan = (plan: NewPlan) => invoke<Plan>('create_plan', { plan });
export const editPlan = (path: string, baseHash: string, what: string, edits: Edit[]) =>
  invoke<Edited>('edit_plan', { path, baseHash, what, edits });
export const undoPlan = (path: string) => invoke<Edited>('undo_plan', { path });
export const redoPlan = (path: string) => invoke<Edited>('redo_plan', { path });
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

export const startSession = (start: Start) => invoke<string>('start_session', { start });
export const resumeSession = (resume: Resume) => invoke<Session>('resume_session', { resume });
export const requestSession = (session: string, request: Request) =>
  invoke<Session>('request_session', { session, request });
export const listSessions = (before: string | null) => invoke<SessionLine[]>('list_sessions', { before });
export const openSession = (id: string) => invoke<Session>('open_session', { id });

export const exportReport = (session: string, file: string) =>
  invoke<Written>('export_report', { session, file });

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
