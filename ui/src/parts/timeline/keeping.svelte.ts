// Keeps the line of the selected step in sight: when a timeline opens, when another step is selected, when it gets lower.
import { ROW } from './signs';

/** What is to be in sight. */
export type Wanted = {
  /** Line of the selected step. */
  index: number | undefined;
  selected: string | null;
  scroller: HTMLElement | undefined;
  /** Height of what is in sight. */
  height: number;
};

export class Keeping {
  /** What was brought into sight last: the steps of a running session change all the time, and that moves nothing. */
  #shown = '';
  #height = 0;

  /** Follows what `wanted` returns; `select` is told of a step selected later. To be made where effects may be. */
  constructor(wanted: () => Wanted, select: () => void) {
    $effect(() => {
      const { index, selected, scroller, height } = wanted();
      const here = `${index} ${selected}`;
      const before = this.#height;
      if (!scroller || (here === this.#shown && height === before)) return;
      const opened = this.#shown !== '';
      const other = here !== this.#shown;
      this.#shown = here;
      this.#height = height;
      if (index === undefined) return;
      if (opened && other) select();
      const y = index * ROW;
      // A line that somebody scrolled away from stays away when only the height changes.
      const was = y + ROW > scroller.scrollTop && y < scroller.scrollTop + before;
      if (!other && !was) return;
      if (y < scroller.scrollTop) scroller.scrollTop = y;
      else if (y + ROW > scroller.scrollTop + height) scroller.scrollTop = y + ROW - height;
    });
  }
}
