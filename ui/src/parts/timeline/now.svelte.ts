// How late it is on the axis of a timeline, by a timer of its own: nobody has to be asked for it.

/** What a clock starts from. */
export type Base = {
  /** How far a session was when it was last told. */
  nowMs: number | null;
  startAtMs: number | null;
  over: boolean;
};

export class Now {
  /** Offset from the start; `null` where there is no now. */
  ms: number | null = $state(null);

  /** Follows what `base` returns. To be made where effects may be. */
  constructor(base: () => Base) {
    $effect(() => {
      const { nowMs, startAtMs, over } = base();
      if (over || (nowMs === null && startAtMs === null)) {
        this.ms = null;
        return;
      }
      const seen = performance.now();
      const look = () =>
        (this.ms = nowMs === null ? Date.now() - (startAtMs ?? 0) : nowMs + performance.now() - seen);
      look();
      const timer = setInterval(look, 1000);
      return () => clearInterval(timer);
    });
  }
}
