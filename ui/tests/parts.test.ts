import { flushSync, mount, unmount, type Component } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import Log from '../src/parts/Log.svelte';
import StepList from '../src/parts/StepList.svelte';
import Timeline from '../src/parts/timeline/Timeline.svelte';
import { plannedRows } from '../src/state/rows';
import { bigPlan, plan } from './mock/material';

let mounted: ReturnType<typeof mount> | null = null;
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = null;
  document.body.innerHTML = '';
});

function show<P extends Record<string, unknown>>(part: Component<P>, props: P) {
  mounted = mount(part, { target: document.body, props });
  flushSync();
}

describe('parts', () => {
  it('draws of 20,000 steps only those in sight', () => {
    show(StepList, { rows: plannedRows(bigPlan(20_000)), selected: null, onselect: () => {} });
    const drawn = document.querySelectorAll('[role=option]').length;
    expect(drawn).toBeGreaterThan(0);
    expect(drawn).toBeLessThan(100);
  });

  it('selects with the arrow keys', () => {
    const onselect = vi.fn();
    show(StepList, { rows: plannedRows(plan()), selected: 'backup', onselect });
    const list = document.querySelector('[role=listbox]')!;
    list.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }));
    list.dispatchEvent(new KeyboardEvent('keydown', { key: 'End', bubbles: true }));
    expect(onselect.mock.calls).toEqual([['go'], ['maintenance-off']]);
  });

  it('says a bar in words, the critical path too', () => {
    show(Timeline, {
      rows: plannedRows(plan()),
      lanes: [],
      bands: [],
      selected: null,
      onselect: () => {},
      startAtMs: null,
      nowMs: null,
    });
    const bar = document.querySelector('[data-testid=bar-backup]')!;
    expect(bar.getAttribute('aria-label')).toBe(
      'Back up the whole database, planned, planned 25m, on the critical path',
    );
  });

  it('shows foreign text as text', () => {
    show(Log, {
      lines: [{ seq: 1, at_ms: 0, step: '<b>a</b>', tone: 'output', text: '<img src=x onerror=alert(1)>' }],
      onselect: () => {},
    });
    expect(document.querySelector('img, b')).toBeNull();
    expect(document.body.textContent).toContain('<img src=x onerror=alert(1)>');
  });
});
