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
});
