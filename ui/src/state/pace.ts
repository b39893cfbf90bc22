// How far a session is and how long it may still take: rates, expectations, what is left. Nothing here reads a clock.
import type { Past, SessionStep } from '../ipc/types';

/** What a step may take, and where that comes from. */
export type Expected = { ms: number; leastMs: number; mostMs: number; runs: number };

/** A moment at which a step told how far it was; `atMs` is the session's own time. */
export type Sample = { atMs: number; done: number };

/** How far back a rate looks, and how many samples it keeps. */
const RECENT_MS = 30_000;
const SAMPLES = 64;
/** A rate over less than this says nothing. */
const SHORTEST_MS = 500;

/** Adds a sample; one of an earlier count begins anew. */
export function sampled(samples: Sample[], next: Sample): Sample[] {
  const last = samples[samples.length - 1];
  if (last && next.done < last.done) return [next];
  if (last && next.done === last.done) return samples;
  const recent = samples.filter((sample) => next.atMs - sample.atMs <= RECENT_MS);
  // One older sample stays, so that slow progress has a rate, too.
  return [...(recent.length > 0 ? recent : samples.slice(-1)), next].slice(-SAMPLES);
}

/** Returns the rate per second; `null` while too little is known. */
export function rate(samples: Sample[], startedMs: number | null): number | null {
  const last = samples[samples.length - 1];
  if (!last) return null;
  const first = samples.length > 1 ? samples[0]! : startedMs === null ? null : { atMs: startedMs, done: 0 };
  if (!first || last.atMs - first.atMs < SHORTEST_MS || last.done <= first.done) return null;
  return ((last.done - first.done) / (last.atMs - first.atMs)) * 1000;
}

/** Returns the time until `total` at this rate. */
export function eta(done: number, total: number, perSecond: number | null): number | null {
  if (perSecond === null || perSecond <= 0 || total <= 0 || done > total) return null;
  return ((total - done) / perSecond) * 1000;
}

/** Returns what a step may take: its earlier runs, else its estimate. */
export function expected(step: SessionStep, past: Past | undefined): Expected | null {
  if (past) return { ms: past.median_ms, leastMs: past.least_ms, mostMs: past.most_ms, runs: past.runs };
  if (step.estimate_ms === null) return null;
  return { ms: step.estimate_ms, leastMs: step.estimate_ms, mostMs: step.estimate_ms, runs: 0 };
}

/** What is left of a session on its way forward. */
export type Left = { ms: number; leastMs: number; mostMs: number; unknown: number };

/**
 * Returns the longest way through the steps that have not ended. `ran` tells how long a running step runs;
 * steps nobody can tell the length of are counted.
 */
export function left(
  steps: SessionStep[],
  of: (step: SessionStep) => Expected | null,
  ran: (step: SessionStep) => number,
): Left {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const ends = new Map<string, Left>();
  let unknown = 0;
  const own = (step: SessionStep): Omit<Left, 'unknown'> => {
    if (step.status === 'succeeded' || step.status === 'skipped') return { ms: 0, leastMs: 0, mostMs: 0 };
    const what = of(step);
    if (what === null) {
      unknown++;
      return { ms: 0, leastMs: 0, mostMs: 0 };
    }
    const since = step.status === 'running' ? ran(step) : 0;
    const rest = (ms: number) => Math.max(0, ms - since);
    return { ms: rest(what.ms), leastMs: rest(what.leastMs), mostMs: rest(what.mostMs) };
  };
  // Depth first without recursion: a chain may have thousands of steps.
  for (const root of steps) {
    const stack = [root.id];
    const above = new Set<string>();
    while (stack.length > 0) {
      const id = stack[stack.length - 1]!;
      const step = byId.get(id);
      if (!step || ends.has(id)) {
        stack.pop();
        continue;
      }
      const open = step.after.filter((before) => byId.has(before) && !ends.has(before));
      if (open.length > 0 && !open.some((before) => above.has(before))) {
        above.add(id);
        stack.push(...open);
        continue;
      }
      const mine = own(step);
      const most = (field: 'ms' | 'leastMs' | 'mostMs') =>
        mine[field] + Math.max(0, ...step.after.map((before) => ends.get(before)?.[field] ?? 0));
      ends.set(id, { ms: most('ms'), leastMs: most('leastMs'), mostMs: most('mostMs'), unknown: 0 });
      stack.pop();
    }
  }
  const all = [...ends.values()];
  const longest = (field: 'ms' | 'leastMs' | 'mostMs') =>
    all.reduce((sum, end) => Math.max(sum, end[field]), 0);
  return { ms: longest('ms'), leastMs: longest('leastMs'), mostMs: longest('mostMs'), unknown };
}

/** How near the latest start of a rollback is. */
export type Nearness = 'far' | 'near' | 'passed';

/** Longest time before the latest start of a rollback at which it is called near. */
const NEAR_MS = 15 * 60_000;

/** Returns how near the latest start of a rollback is; it is called near in the last fifth of the way, too. */
export function nearness(rollbackByMs: number, nowMs: number): Nearness {
  if (nowMs >= rollbackByMs) return 'passed';
  return rollbackByMs - nowMs <= Math.min(NEAR_MS, Math.max(rollbackByMs, 0) / 5) ? 'near' : 'far';
}
