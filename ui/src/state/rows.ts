// Maps plans and sessions to what graph, timeline and list draw.
import type { OtherRun, Past, Plan, SessionHead, SessionStep, Step } from '../ipc/types';
import { visible } from '../parts/grid/visible';
import type { Band, Lane, Row, Run } from '../parts/shapes';
import { Zone, type ZoneOffset } from '../words/zone';
import { expected } from './pace';
import { plannable } from './planned';
import { lacksUndo } from './undo';

/** Returns the rows of a plan nobody runs; those of one that cannot run have no times. */
export function plannedRows(plan: Plan): Row[] {
  const holds = plannable(plan);
  const rows = holds ? planned : unplanned;
  return plan.steps.map((step) => {
    const known = rows.get(step) ?? plannedRow(step, holds);
    rows.set(step, known);
    return known;
  });
}

/** Rows of steps: a plan that was edited has most of its steps, and so most of its rows, from the plan before. */
const planned = new WeakMap<Step, Row>();
const unplanned = new WeakMap<Step, Row>();

function plannedRow(step: Step, holds: boolean): Row {
  const plannedMs = step.estimate_ms ?? waitOf(step);
  return {
    id: step.id,
    title: visible(step.title),
    kind: step.kind,
    phase: step.phase,
    after: step.after,
    status: 'planned',
    back: false,
    critical: holds && step.critical,
    pointOfNoReturn: step.point_of_no_return,
    downtime: step.downtime,
    destructive: step.destructive,
    noUndo: lacksUndo(step.kind, step.undo.length > 0, step.idempotent),
    repeatable: step.idempotent,
    owner: step.owner,
    plannedMs,
    untimed: plannedMs === null,
    startMs: holds ? step.start_ms : null,
    finishMs: holds ? step.finish_ms : null,
    slackMs: holds ? step.slack_ms : null,
    ran: null,
    undo: null,
    elapsedMs: null,
    finallyFor: step.finally_for,
    fixedStart: step.start,
  };
}

/** Returns how long a wait waits, whether or not someone estimated it. */
function waitOf(step: Step): number | null {
  const { kind, start_ms, finish_ms } = step;
  return kind === 'wait' && start_ms !== null && finish_ms !== null ? finish_ms - start_ms : null;
}

/** When a session began. */
type Begun = Pick<SessionHead, 'started_at_ms'>;

/** Returns a run on the axis that begins with the session. */
function run(head: Begun, of: OtherRun): Run {
  const from = (at: number) => Math.max(0, at - head.started_at_ms);
  return {
    status: of.status,
    startMs: from(of.started_at_ms),
    finishMs: of.finished_at_ms === null ? null : from(of.finished_at_ms),
    elapsedMs: of.elapsed_ms,
  };
}

/** Returns the rows of a session; what only the plan knows comes from the plan, what was measured before from `past`. */
export function sessionRows(
  head: Begun,
  steps: SessionStep[],
  plan: Plan | null,
  past: ReadonlyMap<string, Past> = new Map(),
): Row[] {
  const planned = new Map(plan?.steps.map((step) => [step.id, step]) ?? []);
  return steps.map((step) => {
    const origin = planned.get(step.id);
    const plannedMs = step.estimate_ms ?? (origin ? waitOf(origin) : null);
    const expectedMs = expected(step, past.get(step.id))?.ms ?? plannedMs;
    const elapsed = step.back ? step.undo_elapsed_ms : step.elapsed_ms;
    const { status, started_at_ms, finished_at_ms } = step;
    const last =
      started_at_ms === null
        ? null
        : run(head, { status, started_at_ms, finished_at_ms, elapsed_ms: elapsed });
    const other = step.other_run && run(head, step.other_run);
    return {
      id: step.id,
      title: step.title,
      kind: step.kind,
      phase: step.phase,
      after: step.after,
      status: step.status,
      back: step.back,
      critical: origin?.critical ?? false,
      pointOfNoReturn: origin?.point_of_no_return ?? false,
      downtime: origin?.downtime ?? false,
      destructive: origin?.destructive ?? false,
      noUndo: lacksUndo(step.kind, step.has_undo, origin?.idempotent ?? false),
      repeatable: origin?.idempotent ?? false,
      owner: origin?.owner ?? null,
      plannedMs,
      expectedMs,
      untimed: expectedMs === null,
      startMs: origin?.start_ms ?? null,
      finishMs: origin?.finish_ms ?? null,
      slackMs: origin?.slack_ms ?? null,
      ran: step.back ? other : last,
      undo: step.back ? last : other,
      elapsedMs: step.elapsed_ms,
      finallyFor: step.finally_for,
    };
  });
}

/** Returns what the clocks of the plan's zone show. */
export function clock(plan: Plan | null): ZoneOffset[] {
  return (
    plan?.clock.map((one) => ({ fromMs: one.from_at_ms, offsetMs: one.offset_ms, name: one.name })) ?? []
  );
}

/** Returns the clocks of the plan's zone; without a plan they are this machine's. */
export function zoneOf(plan: Plan | null): Zone {
  return new Zone(clock(plan), plan?.timezone ?? '');
}

/** Returns the phases as lanes. */
export function lanes(plan: Plan | null): Lane[] {
  return (
    plan?.phases.map((phase) => ({ id: phase.id, title: visible(phase.title), after: phase.after })) ?? []
  );
}

/** Returns how much later than planned the session's axis begins; dated moments lie that much nearer to its start. */
export function late(plan: Plan, head: Begun | null): number {
  return head === null || plan.start_at_ms === null ? 0 : head.started_at_ms - plan.start_at_ms;
}

/** Returns the maintenance windows that have a place on the timeline. */
export function bands(plan: Plan | null, head: Begun | null = null): Band[] {
  if (plan === null) return [];
  const shift = late(plan, head);
  const holds = plannable(plan);
  return plan.windows.flatMap((window) =>
    window.opens_ms === null
      ? []
      : [
          {
            id: window.id,
            title: visible(window.title || window.id),
            opensMs: window.opens_ms - shift,
            lengthMs: window.length_ms,
            fits: holds ? window.fits : null,
            rollbackByMs:
              !holds || window.start_rollback_by_ms === null ? null : window.start_rollback_by_ms - shift,
          },
        ],
  );
}

/** Returns the latest moment to start the rollback as planned: the earliest of all windows. */
export function rollbackBy(plan: Plan | null): number | null {
  if (plan === null || !plannable(plan)) return null;
  const moments = plan.windows.flatMap((window) => window.start_rollback_by_ms ?? []);
  return moments.length === 0 ? null : Math.min(...moments);
}
