// What keeps the selected line of a timeline in sight.
import { flushSync } from 'svelte';
import { describe, expect, it } from 'vitest';
import { Keeping } from '../src/parts/timeline/keeping.svelte';
import { ROW } from '../src/parts/timeline/signs';

function kept(index: number, high: number) {
  const scroller = document.createElement('div');
  let wanted = $state({ index, selected: `s${index}`, height: high });
  let told = 0;
  const stop = $effect.root(() => {
    new Keeping(
      () => ({ ...wanted, scroller }),
      () => told++,
    );
  });
  flushSync();
  return {
    scroller,
    told: () => told,
    change(next: Partial<typeof wanted>) {
      wanted = { ...wanted, ...next };
      flushSync();
    },
    inSight: () =>
      wanted.index * ROW >= scroller.scrollTop &&
      (wanted.index + 1) * ROW <= scroller.scrollTop + wanted.height,
    stop,
  };
}

describe('the selected line', () => {
  it('is in sight when the timeline opens, and when the pane gets lower just then', () => {
    const { inSight, change, told, stop } = kept(12, 400);
    expect(inSight()).toBe(true);
    change({ height: 160 });
    expect(inSight()).toBe(true);
    expect(told()).toBe(0);
    stop();
  });

  it('is brought back by no message and by no other height once somebody scrolled away', () => {
    const { scroller, change, inSight, stop } = kept(2, 160);
    scroller.scrollTop = 2000;
    change({ selected: 's2' });
    expect(scroller.scrollTop).toBe(2000);
    change({ height: 120 });
    expect(scroller.scrollTop).toBe(2000);
    expect(inSight()).toBe(false);
    stop();
  });

  it('follows to another step', () => {
    const { change, inSight, told, stop } = kept(2, 160);
    change({ index: 40, selected: 's40' });
    expect(inSight()).toBe(true);
    expect(told()).toBe(1);
    stop();
  });
});
