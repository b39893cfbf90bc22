// The state of this window: one object per view.
import { Compare } from './compare.svelte';
import { Databases } from './databases.svelte';
import { Desk } from './desk.svelte';
import { History } from './history.svelte';
import { Layout } from './layout.svelte';
import { Notices } from './notices.svelte';
import { Plans } from './plans.svelte';
import { SessionView } from './session.svelte';

export const desk = new Desk();
export const layout = new Layout();
export const plans = new Plans();
plans.say = (words) => desk.say(words);
export const databases = new Databases();
export const notices = new Notices();
export const session = new SessionView();
session.heard = (before, now) => notices.hear(before, now);
export const history = new History();
export const compare = new Compare();
