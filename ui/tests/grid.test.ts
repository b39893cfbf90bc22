import { flushSync, mount, unmount, type Component } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import Grid from '../src/parts/grid/Grid.svelte';
import VirtualList from '../src/parts/VirtualList.svelte';
import { between, columnsInSight, edges, fitting, moved, rowsInSight, ROW } from '../src/parts/grid/geometry';
import { exact, hides, visible, visibleLines } from '../src/parts/grid/visible';

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

const columns = [
  { name: 'id', kind: 'INT8' },
  { name: '<b>name</b>', kind: 'TEXT' },
];

function grid(over: Record<string, unknown> = {}) {
  const props = {
    label: 'Rows',
    columns,
    rows: 100_000,
    at: (row: number) => [String(row), row === 1 ? null : '<img src=x onerror=alert(1)>'],
    cut: (row: number, column: number) => (row === 2 && column === 1 ? 10_485_760 : null),
    want: vi.fn(),
    oncopy: vi.fn(),
    onopen: vi.fn(),
    ...over,
  };
  show(Grid as unknown as Component<typeof props>, props);
  const element = document.querySelector<HTMLElement>('[role=grid]')!;
  const press = (key: string, more: KeyboardEventInit = {}) => {
    element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }));
    flushSync();
  };
  return { props, element, press };
}

describe('the geometry of the grid', () => {
  it('writes out what hides, and leaves pictures that are joined', () => {
    expect(visible('\u{1f469}\u200d\u{1f680} a\u200db \u202eevil')).toBe(
      '\u{1f469}\u200d\u{1f680} a⟨U+200D⟩b ⟨U+202E⟩evil',
    );
  });

  it('leads every key to a cell that is there', () => {
    const at = { row: 5, column: 1 };
    const go = (key: string, control = false) => moved(at, key, control, 10, 3, 4);
    expect(go('ArrowUp')).toEqual({ row: 4, column: 1 });
    expect(go('PageDown')).toEqual({ row: 9, column: 1 });
    expect(go('PageUp')).toEqual({ row: 1, column: 1 });
    expect(go('End')).toEqual({ row: 5, column: 2 });
    expect(go('End', true)).toEqual({ row: 9, column: 2 });
    expect(go('Home', true)).toEqual({ row: 0, column: 0 });
    expect(go('ArrowDown', true)).toEqual({ row: 9, column: 1 });
    expect(go('x')).toBeNull();
    expect(moved({ row: 0, column: 0 }, 'ArrowLeft', false, 1, 1, 1)).toEqual({ row: 0, column: 0 });
  });

  it('sees the rows and columns in sight and no more', () => {
    expect(rowsInSight(0, 260, 100_000)).toEqual([0, 14]);
    expect(rowsInSight(99_990 * ROW, 260, 100_000)[1]).toBe(99_999);
    const edge = edges([100, 100, 100, 100]);
    expect(columnsInSight(edge, 0, 200)).toEqual([0, 1]);
    expect(columnsInSight(edge, 150, 200)).toEqual([1, 2]);
  });

  it('fits columns to what is in them, within bounds', () => {
    const [narrow, wide] = fitting(columns, [['1', 'y'.repeat(900)]]);
    expect(narrow).toBeGreaterThanOrEqual(56);
    expect(wide).toBe(360);
  });

  it('spans from any corner to any other', () => {
    expect(between({ row: 5, column: 0 }, { row: 2, column: 3 })).toEqual({
      firstRow: 2,
      lastRow: 5,
      firstColumn: 0,
      lastColumn: 3,
    });
  });
});

describe('the grid', () => {
  it('draws of 100,000 rows only those in sight', () => {
    const { props, element } = grid();
    const drawn = document.querySelectorAll('[role=gridcell]').length;
    expect(drawn).toBeGreaterThan(0);
    expect(drawn).toBeLessThan(200);
    expect(element.getAttribute('aria-rowcount')).toBe('100001');
    expect(props.want).toHaveBeenCalled();
  });

  it('shows markup, NULL and a cut value as what they are', () => {
    grid();
    expect(document.querySelector('[role=grid] img, [role=grid] b')).toBeNull();
    expect(document.querySelector('[data-row="0"][data-column="1"]')!.textContent).toContain('<img src=x');
    expect(document.querySelector('[data-row="1"][data-column="1"]')!.textContent).toBe('NULL');
    expect(document.querySelector('[data-row="2"][data-column="1"]')!.textContent).toContain('… 10 MiB');
  });

  it('moves, selects, copies and opens with the keyboard', () => {
    const { props, element, press } = grid();
    press('ArrowDown');
    press('ArrowRight', { shiftKey: true });
    press('ArrowDown', { shiftKey: true });
    expect(element.dataset['active']).toBe('2,1');
    press('c', { ctrlKey: true });
    expect(props.oncopy).toHaveBeenCalledWith(
      { firstRow: 1, lastRow: 2, firstColumn: 0, lastColumn: 1 },
      false,
    );
    press('Enter');
    expect(props.onopen).toHaveBeenCalledWith({ row: 2, column: 1 });
    press('End', { ctrlKey: true });
    expect(element.dataset['active']).toBe('99999,1');
    press('a', { ctrlKey: true });
    press('C', { ctrlKey: true, shiftKey: true });
    expect(props.oncopy).toHaveBeenLastCalledWith(
      { firstRow: 0, lastRow: 99_999, firstColumn: 0, lastColumn: 1 },
      true,
    );
  });

  it('widens a column with the keyboard', () => {
    const { press } = grid();
    const wide = () => parseInt(document.querySelector<HTMLElement>('[role=columnheader]')!.style.width, 10);
    const before = wide();
    press('ArrowRight', { altKey: true });
    expect(wide()).toBe(before + 16);
  });
});

describe('values of strangers', () => {
  it('cannot turn a line around or hide in it', () => {
    expect(visible('a\u202Eb\u0000\r\nc\td')).toBe('a⟨U+202E⟩b⟨U+0000⟩ ⏎ c ⇥ d');
    expect(visibleLines('a\nb\u2066')).toBe('a\nb⟨U+2066⟩');
    expect(visible('\u0085\ue000\u{10ffff}\ud800\u0378\u3164\u{e0041}')).toBe(
      '⟨U+0085⟩⟨U+E000⟩⟨U+10FFFF⟩⟨U+D800⟩⟨U+0378⟩⟨U+3164⟩⟨U+E0041⟩',
    );
    // In an id a picture is a mistake, and many machines have no font for it.
    expect(exact('a\u{1f680}\u200d\u{1f469}b')).toBe('a⟨U+1F680⟩⟨U+200D⟩⟨U+1F469⟩b');
    expect([hides('naïve 🦀 שלום\n\t'), hides('a\u202e')]).toEqual([false, true]);
    expect(visible('naïve 🦀 שלום')).toBe('naïve 🦀 שלום');
  });
});

describe('a long list', () => {
  it('draws what is in sight and is walked with the keyboard past what cannot be selected', async () => {
    const { createRawSnippet } = await import('svelte');
    const onselect = vi.fn();
    const items = Array.from({ length: 5000 }, (_, index) => `t${index}`);
    const props = {
      label: 'Tables',
      items,
      high: 28,
      keyOf: (item: string) => item,
      takes: (item: string) => item !== 't0' && item !== 't2',
      selected: 't1',
      onselect,
      row: createRawSnippet((item: () => string) => ({ render: () => `<span>${item()}</span>` })),
    };
    show(VirtualList as unknown as Component<typeof props>, props);
    const list = document.querySelector('[role=listbox]')!;
    expect(document.querySelectorAll('[role=option]').length).toBeLessThan(60);
    for (const key of ['ArrowDown', 'End', 'Home'])
      list.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    expect(onselect.mock.calls).toEqual([['t3'], ['t4999'], ['t1']]);
  });
});
