import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { databases } from '../src/state';
import StartSheet from '../src/views/StartSheet.svelte';
import { connections, plan } from './mock/material';

afterEach(() => (document.body.innerHTML = ''));

const one = <E extends Element>(testid: string) => document.querySelector<E>(`[data-testid="${testid}"]`);

describe('an open start sheet', () => {
  it('shows the plan as it is when that changes, says so, and asks again', async () => {
    databases.saved = connections;
    const props = $state({ plan: plan(), onclose: () => {} });
    const shown = mount(StartSheet, { target: document.body, props });
    flushSync();
    one<HTMLInputElement>('trust')!.click();
    flushSync();
    expect(one('missing')?.textContent).toBe('');
    expect(one('plan-changed')).toBeNull();

    const steps = plan().steps.filter(({ kind }) => kind === 'command');
    props.plan = { ...plan(), hash: 'b0'.repeat(32), steps };
    flushSync();
    expect(one('plan-changed')?.textContent).toContain('changed');
    expect(one<HTMLInputElement>('trust')!.checked).toBe(false);
    expect(one('missing')?.textContent).toContain('trust');
    expect(document.querySelectorAll('[data-testid=what-runs] .run')).toHaveLength(steps.length);
    await unmount(shown);
  });

  it('lists all a step does, words beside the SQL too, and keeps both boxes out of what scrolls', async () => {
    databases.saved = connections;
    const whole = plan();
    const sql = whole.steps.find(({ kind }) => kind === 'sql')!;
    const flag = { ...sql.does[0]!, label: 'Flag', text: 'audit is set to live', code: false };
    whole.steps = [{ ...sql, kind: 'flag', does: [flag, sql.does[0]!] }];
    const shown = mount(StartSheet, { target: document.body, props: { plan: whole, onclose: () => {} } });
    flushSync();
    const runs = [...document.querySelectorAll('[data-testid=what-runs] .run')].map((run) => run.textContent);
    expect(runs[0]).toContain('audit is set to live');
    expect(runs[1]).toContain('ALTER TABLE users');
    expect(runs[2]).toContain('DROP COLUMN');
    expect(document.querySelector('h3 ~ [data-testid=what-runs]')?.parentElement?.textContent).toContain(
      '1 step, with 1 piece of SQL and 0 commands',
    );
    for (const box of ['trust', 'unattended']) expect(one(box)?.closest('.body')).toBeNull();
    expect(one('trust')?.closest('label')?.textContent).toContain(
      `Plan fingerprint ${whole.hash.slice(0, 16)}`,
    );
    await unmount(shown);
  });

  it('shows a long name in a warning cut, and whole where one points at it', async () => {
    const title = 'A name as long as names get. '.repeat(7).trim();
    const whole = plan();
    whole.steps = [{ ...whole.steps.find(({ kind }) => kind === 'sql')!, title, destructive: true }];
    const shown = mount(StartSheet, { target: document.body, props: { plan: whole, onclose: () => {} } });
    flushSync();
    const name = one('cautions')!.querySelector<HTMLElement>('[title]')!;
    expect(name.title).toBe(title);
    expect(name.textContent).toMatch(/^A name .{1,38}…$/);
    await unmount(shown);
  });
});
