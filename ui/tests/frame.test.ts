import { flushSync, mount, unmount, type Component } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import EnvironmentBand from '../src/parts/EnvironmentBand.svelte';
import Splitter from '../src/parts/Splitter.svelte';
import { Desk } from '../src/state/desk.svelte';
import { Layout } from '../src/state/layout.svelte';
import Shortcuts from '../src/views/Shortcuts.svelte';

let mounted: ReturnType<typeof mount> | null = null;
beforeEach(() => localStorage.clear());
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = null;
  document.body.innerHTML = '';
});

function show<P extends Record<string, unknown>>(part: Component<P>, props: P) {
  mounted = mount(part, { target: document.body, props });
  flushSync();
}

describe('the layout', () => {
  it('is kept from window to window, within its bounds', () => {
    const first = new Layout();
    first.toggle('inspector');
    first.size('inspectorWidth', 5000);
    first.size('logHeight', 10);
    const second = new Layout();
    expect(second.inspector).toBe(false);
    expect(second.inspectorWidth).toBe(640);
    expect(second.logHeight).toBe(64);
  });

  it('does without what was remembered when it cannot be read', () => {
    localStorage.setItem('layout', '{"inspectorWidth":"wide","nav":3');
    expect(new Layout().inspectorWidth).toBe(320);
    localStorage.setItem('layout', '{"inspectorWidth":"wide","nav":3}');
    const layout = new Layout();
    expect([layout.inspectorWidth, layout.nav]).toEqual([320, true]);
  });

  it('is changed with the arrow keys, and put back with Enter', () => {
    const onsize = vi.fn();
    show(Splitter, { label: 'Width', way: 'across', size: 300, least: 240, most: 310, usual: 280, onsize });
    const line = document.querySelector('[role=separator]')!;
    for (const key of ['ArrowLeft', 'ArrowRight', 'Home', 'Enter'])
      line.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    expect(onsize.mock.calls.flat()).toEqual([310, 284, 240, 280]);
    expect(line.getAttribute('aria-valuenow')).toBe('300');
  });
});

describe('the look', () => {
  it('is kept, and the contrast stands beside the theme', () => {
    const desk = new Desk();
    desk.dress('dark');
    desk.sharpen('more');
    expect({ ...document.documentElement.dataset }).toMatchObject({ theme: 'dark', contrast: 'more' });
    const again = new Desk();
    expect([again.theme, again.contrast]).toEqual(['dark', 'more']);
    again.sharpen('system');
    expect(document.documentElement.dataset['contrast']).toBe('usual');
  });

  it('follows a system that asks for more contrast', () => {
    const asked = vi.spyOn(globalThis, 'matchMedia').mockImplementation(
      (query) =>
        ({
          matches: query.includes('contrast'),
          addEventListener() {},
        }) as unknown as MediaQueryList,
    );
    new Desk();
    expect(document.documentElement.dataset['contrast']).toBe('more');
    asked.mockRestore();
  });

  it('of production is told in words and by a sign, not by its colour alone', () => {
    show(EnvironmentBand, { environment: 'production', text: 'Live session of “Shop”' });
    const band = document.querySelector('[data-testid=environment-band]')!;
    expect(band.textContent).toContain('production');
    expect(band.querySelector('svg')).not.toBeNull();
  });
});

describe('a dialog', () => {
  it('gives the focus back to what had it', async () => {
    document.body.innerHTML = '<button id="before">Open</button>';
    const before = document.querySelector<HTMLElement>('#before')!;
    before.focus();
    show(Shortcuts, { frame: { go: () => {}, open: () => {}, print: () => {} } });
    expect(document.activeElement).not.toBe(before);
    await unmount(mounted!);
    mounted = null;
    expect(document.activeElement).toBe(before);
  });
});
