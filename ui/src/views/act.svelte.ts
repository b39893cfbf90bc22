// What a key or the palette asks of the views: a wish to run the open plan, a question about the session, a sheet.
import type { Ask } from './asks';

/** A sheet that an action opens over whatever is in sight. */
export type Sheet = 'export' | 'resume' | 'timeline' | 'comparison';

class Act {
  /** Counts the wishes to run the open plan. */
  runs = $state(0);
  /** Counts the wishes to make a new plan. */
  news = $state(0);
  ask: Ask | null = $state.raw(null);
  sheet: Sheet | null = $state(null);
  /** Name of the connection that is to be deleted, once a person said so. */
  doomed: string | null = $state(null);

  run() {
    this.runs++;
  }

  /** Puts the plan on paper; the frame of the window knows how. */
  print: () => void = () => {};

  make() {
    this.news++;
  }
}

export const act = new Act();
