// What pointer and keyboard do with the bars: take hold, move, drop, let go.
import type { Row } from '../shapes';
import { Drag, type Ground, type Kind } from './drag.svelte';
import type { View } from './scale';

/** What a hand needs to know and may do. */
export type Desk = {
  ground: Ground;
  view: View;
  selected: Row | null;
  movable: boolean;
  resizable: boolean;
  /** Why bars cannot be moved; empty when there is nothing to say. */
  why: string;
  onmove: (id: string, startMs: number | null) => Promise<unknown>;
  onresize: (id: string, ms: number) => Promise<unknown>;
  onselect: (id: string) => void;
  onpan: (px: number) => void;
};

export class Hand {
  /** What is on its way. */
  drag: Drag | null = $state.raw(null);
  hint = $state('');
  #desk: () => Desk;
  /** Where the pointer took hold of a bar, and what was at the left edge then. */
  #held: { x: number; from: number } | null = null;
  /** Where the pointer was last while it pans. */
  #panned: number | null = null;
  #pans = false;

  constructor(desk: () => Desk) {
    this.#desk = desk;
  }

  /** Takes hold of a bar by its grip, or, where there is `ground` under the pointer, of that to pan it. */
  down(event: PointerEvent, ground: boolean) {
    if (event.button !== 0 || this.drag) return;
    const desk = this.#desk();
    const grip = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-drag]') : null;
    const row = grip && desk.ground.rows.find((candidate) => candidate.id === grip.dataset['step']);
    if (grip && row) {
      desk.onselect(row.id);
      this.drag = new Drag(row, grip.dataset['drag'] as Kind, desk.ground);
      this.#held = { x: event.clientX, from: desk.view.from };
      hold(event);
    } else if (ground) this.#panned = event.clientX;
    if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus({ preventScroll: true });
  }

  moves(event: PointerEvent) {
    const { view, onpan } = this.#desk();
    if (this.drag && this.#held)
      this.drag.by((event.clientX - this.#held.x) * view.perPx + view.from - this.#held.from);
    else if (this.#panned !== null) {
      if (event.buttons === 0) this.#panned = null;
      // Up to here it may still be a click on a line; from here on the pointer is held, wherever it goes.
      else if (Math.abs(event.clientX - this.#panned) > (this.#pans ? 0 : 3)) {
        if (!this.#pans) hold(event);
        this.#pans = true;
        onpan(this.#panned - event.clientX);
        this.#panned = event.clientX;
      }
    }
  }

  up() {
    this.#panned = null;
    this.#pans = false;
    if (this.#held) void this.drop();
  }

  /** Leaves everything where it was. */
  letGo() {
    this.#held = null;
    this.#panned = null;
    this.#pans = false;
    this.drag = null;
  }

  /** Asks for what was dragged; it stays where it was dropped until the plan says where it lies. */
  async drop() {
    const dropped = this.drag;
    this.#held = null;
    if (!dropped) return;
    const { ground, onmove, onresize } = this.#desk();
    const row = ground.rows.find((candidate) => candidate.id === dropped.id);
    const wish = dropped.drop(!!row?.fixedStart);
    if (wish?.kind === 'move') await onmove(wish.id, wish.startMs);
    else if (wish) await onresize(wish.id, wish.ms);
    if (this.drag === dropped) this.drag = null;
  }

  /** Moves the selected bar one step of the grid, or its end. */
  nudge(ways: 1 | -1, kind: Kind) {
    const { selected, movable, resizable, why, ground } = this.#desk();
    if (!selected || this.#held) return;
    if (kind === 'move' ? !movable : !resizable) {
      this.hint = why;
      return;
    }
    if (this.drag?.kind !== kind || this.drag.id !== selected.id)
      this.drag = new Drag(selected, kind, ground);
    this.drag.nudge(ways);
  }

  /** Takes keys that move bars. Returns false for any other. */
  key(event: KeyboardEvent): boolean {
    const { selected, movable, onmove } = this.#desk();
    this.hint = '';
    if (event.altKey && (event.key === 'ArrowLeft' || event.key === 'ArrowRight'))
      this.nudge(event.key === 'ArrowLeft' ? -1 : 1, event.shiftKey ? 'resize' : 'move');
    else if (event.key === 'Escape' && this.drag) this.letGo();
    else if (event.key === 'Enter' && this.drag && !this.#held) void this.drop();
    else if (event.key === 'Delete' && selected?.fixedStart && movable) void onmove(selected.id, null);
    else return false;
    return true;
  }

  /** Letting go of Alt drops what the keyboard moved, and so does leaving the lines. */
  leave() {
    if (this.drag && !this.#held) void this.drop();
  }
}

function hold(event: PointerEvent) {
  if (event.currentTarget instanceof HTMLElement) event.currentTarget.setPointerCapture(event.pointerId);
}
