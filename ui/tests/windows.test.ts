import { mount, unmount } from 'svelte';
import { describe, expect, it } from 'vitest';
import type { Plan, Window } from '../src/ipc/types';
import Windows from '../src/parts/timeline/Windows.svelte';
import { bands, sessionRows } from '../src/state/rows';
import { SessionView } from '../src/state/session.svelte';
import { concerning, deadline, outside, standings, type Deadline } from '../src/state/windows';
import { head, plan, sessionStep } from './mock/material';

const MINUTE = 60_000;
const START = 1_000_000 * MINUTE;
type Ran = { from: number; to: number | null };

/** Three steps of ten minutes from the beginning of the window on, which is open for an hour. */
function made(window: Partial<Window>, noReturn: string | null): Plan {
  const [template] = plan().steps;
  const steps = ['first', 'second', 'third'].map((id, at) => ({
    ...template!,
    id,
    title: id,
    start_ms: at * 10 * MINUTE,
    finish_ms: (at + 1) * 10 * MINUTE,
    point_of_no_return: id === noReturn,
    undo: at < 2 ? plan().steps[4]!.undo : [],
  }));
  const night = { title: 'Night', opens_ms: 0, length_ms: 60 * MINUTE, start_rollback_by_ms: 40 * MINUTE };
  return {
    ...plan(),
    start_at_ms: START,
    steps,
    windows: [{ ...plan().windows[0]!, steps: ['second'], ...night, ...window }],
  };
}

type Case = {
  window?: Partial<Window>;
  noReturn?: string;
  /** Minutes by which the session began later than planned. */
  late?: number;
  /** Minutes since it began. */
  now: number;
  over?: boolean;
  ran?: Record<string, Ran>;
};

function look({ window = {}, noReturn, late = 0, now, over = false, ran = {} }: Case) {
  const of = made(window, noReturn ?? null);
  const began = { started_at_ms: START + late * MINUTE };
  const steps = of.steps.map((step) => {
    const did = ran[step.id];
    if (!did) return sessionStep(step);
    const at = (minutes: number) => began.started_at_ms + minutes * MINUTE;
    return {
      ...sessionStep(step, did.to === null ? 'running' : 'succeeded'),
      started_at_ms: at(did.from),
      finished_at_ms: did.to === null ? null : at(did.to),
    };
  });
  const rows = sessionRows(began, steps, of);
  const stands = standings(of, bands(of, began), rows, now * MINUTE, over);
  return { stands, back: deadline(of, began, rows, stands), bands: bands(of, began) };
}

function place(at: Case, expected: string, minutes: number) {
  const [found] = look(at).stands;
  expect([found?.place, (found?.ms ?? 0) / MINUTE]).toEqual([expected, minutes]);
}

describe('a session and a maintenance window', () => {
  const done = { from: 1, to: 9 };

  it('is before it when what belongs to it runs, or will run, before it opens', () => {
    place({ late: -100, now: 5 }, 'before', 95);
    place({ late: -100, now: 5, ran: { second: { from: 4, to: null } } }, 'before', 95);
    place({ late: -100, now: 5, window: { steps: [] } }, 'before', 95);
  });

  it('waits for it to open when what comes before it runs as planned', () => {
    const later = { opens_ms: 10 * MINUTE };
    place({ now: 5, window: later, ran: { first: { from: 0, to: null } } }, 'ahead', 5);
    place({ now: 5, window: { ...later, steps: [] }, ran: { first: { from: 0, to: null } } }, 'ahead', 5);
  });

  it('is inside it while it is open', () => {
    place({ now: 20, ran: { first: done } }, 'inside', 40);
    place({ late: 30, now: 20 }, 'inside', 10);
  });

  it('is after it when something of it is left to run once it closed', () => {
    place({ now: 70, ran: { first: done } }, 'after', 10);
    place({ now: 70, ran: { second: { from: 55, to: 65 } } }, 'after', 10);
    place({ late: 5_000, now: 1 }, 'after', 4_941);
    place({ now: 70, ran: { second: done } }, 'closed', 10);
  });

  it('is judged by what ran, and not by what never did, once it is over', () => {
    place({ now: 70, over: true }, 'closed', 10);
    place({ late: -100, now: 5, over: true }, 'ahead', 95);
    place({ late: -100, now: 5, over: true, ran: { second: { from: 1, to: 2 } } }, 'before', 95);
    place({ late: -10, now: 30, over: true, ran: { second: { from: 1, to: 2 } } }, 'before', 20);
    place({ now: 70, over: true, ran: { second: { from: 50, to: 69 } } }, 'after', 10);
  });

  it('is marked where it runs outside, and keeps only the time for a rollback that holds', () => {
    const { bands: planned, stands } = look({ late: -100, now: 5 });
    const [band] = concerning(planned, new Map(outside(stands)), null);
    expect(band).toMatchObject({ outside: 'before', rollbackByMs: null });
    const [inside] = concerning(planned, new Map(), planned[0]!.rollbackByMs);
    expect(inside).toMatchObject({ outside: null, rollbackByMs: 140 * MINUTE });
  });
});

describe('the list of windows', () => {
  it('says of one that a session runs outside of nothing that is planned for it', async () => {
    const band = { id: 'w', title: 'Night', opensMs: 0, lengthMs: MINUTE, fits: true, rollbackByMs: 5 };
    const shown = mount(Windows, {
      target: document.body,
      props: {
        bands: [band, { ...band, id: 'x', outside: 'before' }, { ...band, id: 'y', outside: 'after' }],
        when: String,
      },
    });
    const lines = [...document.querySelectorAll('li')].map((line) => line.textContent?.trim());
    expect(lines).toEqual([
      'Night: open 1m, fits, start rollback by 5',
      'Night lasts 1m, opens 0; this run is before it',
      'Night lasts 1m, closed 60000; this run is after it',
    ]);
    await unmount(shown);
  });
});

describe('until when a session can be taken back', () => {
  function until(at: Case, expected: Deadline | null) {
    expect(look(at).back).toEqual(expected);
  }
  const clock = (minutes: number): Deadline => ({ kind: 'clock', atMs: minutes * MINUTE, window: 'Night' });

  it('is what the window leaves, on the clock, unless the window moves along', () => {
    until({ now: 20 }, clock(40));
    until({ now: 20, late: 15 }, clock(25));
    until({ now: 20, late: 15, window: { opens_ms: null } }, clock(40));
    until({ now: 20, window: { start_rollback_by_ms: null } }, null);
  });

  it('has nothing to do with a window that the session runs outside of', () => {
    until({ now: 5, late: -100 }, null);
    until({ now: 5, late: 100 }, null);
    until({ now: 5, late: -100, noReturn: 'third' }, { kind: 'step', title: 'third' });
    // It began in it, so what it missed is still worth a word.
    until({ now: 70, ran: { first: { from: 1, to: 9 } } }, clock(40));
  });

  it('is the point of no return where that comes first, and is over once that began', () => {
    const bounded = { window: { start_rollback_by_ms: 20 * MINUTE }, noReturn: 'third' };
    until({ ...bounded, now: 5 }, { kind: 'step', title: 'third' });
    until({ ...bounded, now: 5, late: 10 }, { kind: 'step', title: 'third' });
    // Undoing two steps takes 20 of the 60 minutes, of which 25 had gone when it began.
    until({ ...bounded, now: 5, late: 25 }, clock(15));
    until({ ...bounded, now: 30, ran: { third: { from: 20, to: null } } }, { kind: 'past', title: 'third' });
  });
});

describe('the session view', () => {
  it('has one time for a rollback, and none once it is taken back or over', () => {
    const view = new SessionView();
    view.plan = made({}, null);
    const began = head({ seq: 1, started_at_ms: START, as_of_at_ms: START + 5 * MINUTE });
    const steps = view.plan.steps.map((step) => sessionStep(step));
    const message = { steps, log: [], dropped: 0, age_ms: 0, problem: null };
    view.told({ head: began, ...message });
    expect(view.rollbackByMs).toBe(40 * MINUTE);
    expect(view.bands[0]).toMatchObject({ outside: null, rollbackByMs: 40 * MINUTE });
    view.told({ head: { ...began, seq: 2, rolling_back: true }, ...message });
    expect(view.deadline).toBeNull();
    expect(view.bands[0]!.rollbackByMs).toBeNull();
  });
});
