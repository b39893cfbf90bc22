import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it } from 'vitest';
import StepList from '../src/parts/StepList.svelte';
import { plannedRows } from '../src/state/rows';
import Checklists from '../src/views/Checklists.svelte';
import { head, plan } from './mock/material';

let shown: ReturnType<typeof mount> | null = null;
afterEach(() => {
  if (shown) void unmount(shown);
  shown = null;
});
const at = (testid: string) => document.querySelector<HTMLElement>(`[data-testid="${testid}"]`);
function lists(of = plan(), of_session: ReturnType<typeof head> | null = null) {
  shown = mount(Checklists, {
    target: document.body,
    props: { plan: of, head: of_session, onselect: () => {} },
  });
  flushSync();
}

describe('the checklists of a plan', () => {
  it('count their items and have nothing to tick; those of a session count what is signed', () => {
    const items = plan().checklists.reduce((sum, list) => sum + list.items.length, 0);
    lists();
    expect(at('checklist-progress')!.textContent).toBe(`${items} items`);
    expect(document.querySelector('progress')).toBeNull();
    expect(document.querySelector('[data-testid^="item-"] svg.lucide-circle')).toBeNull();
    void unmount(shown!);
    lists(plan(), head({ signatures: [] }));
    expect(at('checklist-progress')!.textContent).toBe(`0 of ${items} items signed`);
    expect(document.querySelector('progress')).not.toBeNull();
    expect(document.querySelector('[data-testid^="item-"] svg.lucide-circle')).not.toBeNull();
  });

  it('are all shown where two have one id, and only the one an edit would find can be edited', () => {
    const whole = plan();
    const list = { ...whole.checklists[0]!, items: [] };
    whole.checklists = [whole.checklists[0]!, list];
    lists(whole);
    expect(at(`checklist-${list.id}+`)!.textContent).toContain('No items yet');
    expect(at(`checklist-${list.id}+`)!.textContent).toContain('shares its id');
    expect(document.querySelectorAll(`[data-testid="add-item-${list.id}"]`)).toHaveLength(1);
  });

  it('offer the first one where there is none, and nothing to print', () => {
    lists({ ...plan(), checklists: [], criteria: [], risks: [] });
    expect(at('add-list')).not.toBeNull();
    expect(at('print')).toBeNull();
  });
});

describe('the list of steps', () => {
  function list(owner: string | null) {
    const rows = plannedRows(plan()).map((row, index) => ({
      ...row,
      owner,
      plannedMs: index === 0 ? null : row.plannedMs,
      destructive: index === 1,
    }));
    shown = mount(StepList, { target: document.body, props: { rows, selected: null, onselect: () => {} } });
    flushSync();
    return rows;
  }

  it('has a column of owners only when somebody owns a step', () => {
    list(null);
    expect(document.body.textContent).not.toContain('Owner');
    void unmount(shown!);
    list('Ana');
    expect(document.body.textContent).toContain('Owner');
  });

  it('warns of what destroys data, and gives a step without an estimate no number', () => {
    const rows = list(null);
    expect(at(`step-${rows[1]!.id}`)!.textContent).toContain('destroys data');
    expect(at(`step-${rows[0]!.id}`)!.textContent).toContain('no estimate');
    expect(at(`step-${rows[0]!.id}`)!.textContent).not.toContain('destroys data');
  });
});
