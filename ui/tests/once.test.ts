import { describe, expect, it } from 'vitest';
import { once } from '../src/state/once';
import { plan } from './mock/material';

describe('what a mistake has twice', () => {
  it('is drawn once, with the first of both', () => {
    const whole = plan();
    const [step, list] = [whole.steps[0]!, whole.checklists[0]!];
    const twice = {
      ...whole,
      steps: [...whole.steps, { ...step, title: 'The second' }],
      phases: [...whole.phases, whole.phases[0]!],
      checklists: [...whole.checklists, { ...list, items: [] }],
    };
    const drawn = once(twice);
    expect(drawn.steps.map(({ title }) => title)).toEqual(whole.steps.map(({ title }) => title));
    expect(drawn.phases).toEqual(whole.phases);
    expect(drawn.checklists).toEqual(whole.checklists);
  });

  it('leaves a plan without it as it is', () => {
    const whole = plan();
    expect(once(whole)).toEqual(whole);
    expect(once(whole).phases).toBe(whole.phases);
  });
});
