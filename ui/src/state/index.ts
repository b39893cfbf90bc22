// The state of this window: one object per view.
import { Databases } from './databases.svelte';
import { Desk } from './desk.svelte';
import { History } from './history.svelte';
import { Plans } from './plans.svelte';
import { SessionView } from './session.svelte';

export const desk = new Desk();
export const plans = new Plans();
plans.say = (words) => desk.say(words);
export const databases = new Databases();
export const session = new SessionView();
export const history = new History();
