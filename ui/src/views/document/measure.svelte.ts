// The heights of blocks in a long scroll: guessed until drawn, then measured; only what is in sight is drawn.

/** How far above and below the sight blocks are drawn, in pixels. */
const AROUND = 400;

export class Measure {
  /** Changes with every measured height that differs. */
  turn = $state(0);
  top = $state(0);
  sight = $state(600);
  scroller: HTMLElement | null = null;
  #heights = new Map<string, number>();
  #keys = new Map<HTMLElement, string>();
  #offset: (key: string) => number = () => 0;
  #observer = new ResizeObserver((entries) => this.#measured(entries));

  /** Returns the offset of every block, and of the end. */
  offsets(keys: string[], guesses: number[]): Float64Array {
    void this.turn;
    const offsets = new Float64Array(keys.length + 1);
    for (let index = 0; index < keys.length; index++) {
      offsets[index + 1] = offsets[index]! + (this.#heights.get(keys[index]!) ?? guesses[index]!);
    }
    // Asked only when the height of a drawn block differs, which most changes of the plan do not bring about.
    let at: Map<string, number> | null = null;
    this.#offset = (key) => offsets[(at ??= new Map(keys.map((one, index) => [one, index]))).get(key) ?? 0]!;
    return offsets;
  }

  /** Returns the first and the last block (exclusive) to be drawn. */
  range(offsets: Float64Array): [number, number] {
    const first = Math.max(0, upper(offsets, this.top - AROUND) - 1);
    const last = Math.min(offsets.length - 1, upper(offsets, this.top + this.sight + AROUND));
    return [first, Math.max(first, last)];
  }

  /** Watches the height of a drawn block. */
  watch = (node: HTMLElement, key: string) => {
    this.#keys.set(node, key);
    this.#observer.observe(node);
    return {
      update: (next: string) => this.#keys.set(node, next),
      destroy: () => {
        this.#observer.unobserve(node);
        this.#keys.delete(node);
      },
    };
  };

  /** Returns a drawn block. */
  nodeOf(key: string): HTMLElement | null {
    for (const [node, one] of this.#keys) if (one === key) return node;
    return null;
  }

  /** Forgets all heights but those that can be measured now, as after a change of the width. */
  forget() {
    this.#heights.clear();
    for (const [node, key] of this.#keys)
      if (node.offsetHeight > 0) this.#heights.set(key, node.offsetHeight);
    this.turn++;
  }

  stop() {
    this.#observer.disconnect();
  }

  #measured(entries: ResizeObserverEntry[]) {
    let shift = 0;
    let changed = false;
    for (const entry of entries) {
      const node = entry.target as HTMLElement;
      const key = this.#keys.get(node);
      const height = node.offsetHeight;
      if (key === undefined || height === 0 || this.#heights.get(key) === height) continue;
      // What changes above the sight must not move what is looked at.
      const before = this.#heights.get(key) ?? Number(node.dataset['guess'] ?? height);
      if (this.#offset(key) + before <= this.top) shift += height - before;
      this.#heights.set(key, height);
      changed = true;
    }
    if (!changed) return;
    this.turn++;
    if (shift !== 0 && this.scroller) {
      const scroller = this.scroller;
      const to = this.top + shift;
      // The end moves first, else there is no place to scroll to.
      queueMicrotask(() => {
        scroller.scrollTop = to;
        this.top = scroller.scrollTop;
      });
    }
  }
}

/** Returns the position of the first offset beyond `wanted`. */
function upper(offsets: Float64Array, wanted: number): number {
  let [low, high] = [0, offsets.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (offsets[middle]! <= wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
