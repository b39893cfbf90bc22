// Maps plans and sessions to what graph, timeline and list draw.
import type { Plan, SessionHead, SessionStep, Step } from '../ipc/types';
import { visible } from '../parts/grid/visible';
import type { Band, Lane, Row, ZoneOffset } from '../parts/shapes';

/** Returns the rows of a plan nobody runs. */
export function plannedRows(plan: Plan): Row[] {
  return plan.steps.map((step) => {
    const known = planned.get(step) ?? plannedRow(step);
    planned.set(step, known);
    return known;
  });
}

/** Rows of steps: a plan that was edited has most of its steps, and so most of its rows, from the plan before. */
const planned = new WeakMap<Step, Row>();

function plannedRow(step: Step): Row {
  return {
    id: step.id,
    title: visible(step.title),
    kind: step.kind,
    phase: step.phase,
    after: step.after,
    status: 'planned',
    back: false,
    critical: step.critical,
    pointOfNoReturn: step.point_of_no_return,
    downtime: step.downtime,
    destructive: step.destructive,
    owner: step.owner,
    plannedMs: step.estimate_ms,
    startMs: step.start_ms,
    finishMs: step.finish_ms,
    slackMs: step.slack_ms,
    actualStartMs: null,
    actualFinishMs: null,
    elapsedMs: null,
    finallyFor: step.finally_for,
    fixedStart: step.start,
  };
}

/** When a session began. */
type Begun = Pick<SessionHead, 'started_at_ms'>;

/** Returns the rows of a session; what only the plan knows comes from the plan. */
export function sessionRows(head: Begun, steps: SessionStep[], plan: Plan | null): Row[] {
  const planned = new Map(plan?.steps.map((step) => [step.id, step]) ?? []);
  return steps.map((step) => {
    const origin = planned.get(step.id);
    const elapsed = step.back ? step.undo_elapsed_ms : step.elapsed_ms;
    const start = step.started_at_ms === null ? null : Math.max(0, step.started_at_ms - head.started_at_ms);
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
      owner: origin?.owner ?? null,
      plannedMs: step.estimate_ms,
      startMs: origin?.start_ms ?? null,
      finishMs: origin?.finish_ms ?? null,
      slackMs: origin?.slack_ms ?? null,
      actualStartMs: start,
      actualFinishMs:
        step.finished_at_ms === null ? null : Math.max(0, step.finished_at_ms - head.started_at_ms),
      elapsedMs: elapsed,
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

/** Returns the phases as lanes. */
export function lanes(plan: Plan | null): Lane[] {
  return (
    plan?.phases.map((phase) => ({ id: phase.id, title: visible(phase.title), after: phase.after })) ?? []
  );
}

/** Returns how much later than planned the session's axis begins; dated moments lie that much nearer to its start. */
function late(plan: Plan, head: Begun | null): number {
  return head === null || plan.start_at_ms === null ? 0 : head.started_at_ms - plan.start_at_ms;
}

/** Returns the maintenance windows that have a place on the timeline. */
export function bands(plan: Plan | null, head: Begun | null = null): Band[] {
  if (plan === null) return [];
  const shift = late(plan, head);
  return plan.windows.flatMap((window) =>
    window.opens_ms === null
      ? []
      : [
          {
            id: window.id,
            title: visible(window.title || window.id),
            opensMs: window.opens_ms - shift,
            lengthMs: window.length_ms,
            fits: window.fits,
            rollbackByMs: window.start_rollback_by_ms === null ? null : window.start_rollback_by_ms - shift,
          },
        ],
  );
}

/** Returns the latest moment to start the rollback, the earliest of all windows. A window without a date moves along. */
export function rollbackBy(plan: Plan | null, head: Begun | null = null): number | null {
  if (plan === null) return null;
  const moments = plan.windows.flatMap((window) =>
    window.start_rollback_by_ms === null
      ? []
      : [window.start_rollback_by_ms - (window.opens_ms === null ? 0 : late(plan, head))],
  );
  return moments.length === 0 ? null : Math.min(...moments);
}
