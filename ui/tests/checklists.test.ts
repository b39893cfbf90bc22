import { describe, expect, it } from 'vitest';
import type { Item, Signature } from '../src/ipc/types';
import { dueAt, dueWords, freeId, isOverdue, isTicked, signedBy, tally } from '../src/views/checklists/due';
import { written } from '../src/state/evidence.svelte';
import { checksOf, checkTitle, itemTitle } from '../src/views/checklists/checks';
import { head, plan } from './mock/material';

const item = (more: Partial<Item> = {}): Item => ({
  id: 'told',
  title: 'Told',
  owner: null,
  check: null,
  due: null,
  due_at_ms: null,
  due_from_start_ms: null,
  signatures: 1,
  ...more,
});
const by = (who: string, at_ms: number): Signature => ({
  item: 'told',
  by: who,
  at_ms,
  note: '',
  evidence: null,
});
const signed = (...signatures: Signature[]) => head({ signatures, started_at_ms: 1_000_000 });

describe('the result of a query as evidence', () => {
  it('is the question with its answer, and bounded', () => {
    expect(written('shop', ' SELECT 1 ', ['?column?'], [['1']], 1)).toBe('SELECT 1 on shop:\n?column?\n1');
    expect(written('shop', 'SELECT a', ['a', 'b'], [['1', null]], 3)).toBe(
      'SELECT a on shop:\na | b\n1 | NULL\n… 2 more',
    );
    expect(written('shop', 'SELECT a', [], [], 0)).toBe('SELECT a on shop:\nno rows');
    expect(written('shop', 'x'.repeat(9000), ['a'], [['1']], 1).length).toBeLessThan(1300);
  });
});

describe('an item of a checklist', () => {
  it('that needs two people is ticked by two, not by one of them twice', () => {
    const two = item({ signatures: 2 });
    expect(isTicked(two, signed(by('Ana', 1), by('ana ', 2)))).toBe(false);
    expect(signedBy(two, signed(by('Ana', 1), by('ana ', 2))).map(({ at_ms }) => at_ms)).toEqual([2]);
    expect(isTicked(two, signed(by('Ana', 1), by('Eve', 2)))).toBe(true);
    expect(isTicked(item(), null)).toBe(false);
  });

  it('is due relative to the start of the session, or at its own time', () => {
    const relative = item({ due: '-10m', due_from_start_ms: -600_000, due_at_ms: 5 });
    expect(dueAt(relative, signed())).toBe(400_000);
    expect(dueAt(relative, null)).toBe(5);
    expect(dueAt(item({ due_at_ms: 7 }), signed())).toBe(7);
    expect(dueWords(item({ due: '-2h', due_from_start_ms: -7_200_000 }), null, plan())).toBe(
      '2h before the start',
    );
    expect(dueWords(item({ due: '30m', due_from_start_ms: 1_800_000 }), null, plan())).toBe(
      '30m after the start',
    );
    expect(dueWords(item(), null, plan())).toBe('');
    expect(dueWords(item({ due_at_ms: 1_780_000_000_000 }), null, plan())).toMatch(
      /^2026-05-2\d \d\d:\d\d [A-Z]/,
    );
  });

  it('is overdue from its moment on until it is ticked', () => {
    const late = item({ due_at_ms: 100 });
    expect(isOverdue(late, null, 100)).toBe(false);
    expect(isOverdue(late, null, 101)).toBe(true);
    expect(isOverdue(late, signed(by('Ana', 50)), 101)).toBe(false);
    const lists = [{ id: 'a', title: 'A', before: null, items: [late, item({ id: 'other' })] }];
    expect(tally(lists, null, 101)).toEqual({ items: 2, ticked: 0, overdue: 1 });
  });

  it('gets an id that is free', () => {
    const there = plan();
    const taken = there.checklists[0]!.items[0]!.id;
    expect(freeId(taken, there)).toBe(`${taken}-2`);
    expect(freeId('Ähm… — ?', there)).toBe('hm');
    expect(freeId('???', there)).toBe('item');
  });
});

describe('a check that is named', () => {
  it('is called by its title and its step’s, and keeps its id where it is not there', () => {
    const there = plan();
    const step = there.steps.find(({ checks }) => checks.length === 1)!;
    const [check] = step.checks;
    const both = { ...step, checks: [check!, { ...check!, id: 'again', title: step.title }] };
    const of = { ...there, steps: [both] };
    expect(checksOf(of)).toEqual([
      { value: step.id, label: `${step.title}: all its checks` },
      { value: `${step.id}/${check!.id}`, label: `${step.title}: ${check!.title}` },
      { value: `${step.id}/again`, label: step.title },
    ]);
    expect(checksOf({ ...there, steps: [step] }).map(({ value }) => value)).toEqual([
      `${step.id}/${check!.id}`,
    ]);
    expect(checkTitle(of, `${step.id}/${check!.id}`)).toBe(`${step.title}: ${check!.title}`);
    expect(checkTitle(of, step.id)).toBe(step.title);
    expect(checkTitle(of, 'gone/\u202e')).toBe('gone/⟨U+202E⟩');
    const item = there.checklists[0]!.items[0]!;
    expect(itemTitle(there, item.id)).toBe(item.title);
    expect(itemTitle(there, 'gone')).toBe('gone');
  });
});
