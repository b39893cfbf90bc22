// Where the person is: the place, the tab, what lies open over it, the theme.
import { asProblem, opening } from '../ipc';
import type { Opening, Problem } from '../ipc/types';
import { recall, remember } from './memory';

export type Place = 'plans' | 'databases' | 'session' | 'history';
export type Tab = 'document' | 'graph' | 'timeline' | 'steps' | 'checklist' | 'record';
export type Theme = 'system' | 'light' | 'dark';
export type Contrast = 'system' | 'more';

const themes: readonly Theme[] = ['system', 'light', 'dark'];
/** How many names of actions are kept as used last. */
const RECENT = 8;

export class Desk {
  place: Place = $state('plans');
  /** Session that was opened from the history, where the way back leads. */
  visited: string | null = $state(null);
  opening: Opening | null = $state(null);
  problem: Problem | null = $state(null);
  palette = $state(false);
  shortcuts = $state(false);
  /** How the steps of a plan or a session are shown; one choice for both. */
  tab: Tab = $state('graph');
  theme: Theme = $state('system');
  contrast: Contrast = $state('system');
  /** Ids of the actions used last from the palette, newest first. */
  recent: string[] = $state([]);
  /** A sentence shown for a moment at the foot of the window. */
  notice: string | null = $state(null);
  #until: ReturnType<typeof setTimeout> | undefined;
  #dark = globalThis.matchMedia?.('(prefers-color-scheme: dark)');
  #more = globalThis.matchMedia?.('(prefers-contrast: more)');

  constructor() {
    const theme = recall<Theme>('theme');
    if (theme && themes.includes(theme)) this.theme = theme;
    if (recall<Contrast>('contrast') === 'more') this.contrast = 'more';
    const recent = recall<unknown>('recent-actions');
    if (Array.isArray(recent)) this.recent = recent.filter((id) => typeof id === 'string').slice(0, RECENT);
    this.#dark?.addEventListener('change', () => this.paint());
    this.#more?.addEventListener('change', () => this.paint());
    this.paint();
  }

  async open(): Promise<Opening | null> {
    try {
      this.opening = await opening();
    } catch (error) {
      this.problem = asProblem(error);
    }
    return this.opening;
  }

  /** Asks again whether the journal was set aside meanwhile, and returns true when it was: all it knew is gone then. */
  async look(): Promise<boolean> {
    const now = await opening().catch(() => null);
    if (!now || !this.opening || now.set_aside?.message === this.opening.set_aside?.message) return false;
    this.opening = { ...this.opening, set_aside: now.set_aside };
    return true;
  }

  /** Goes to a session of the history. */
  visit(id: string) {
    this.visited = id;
    this.place = 'session';
  }

  /** Shows a sentence for a moment; an empty one takes away what is shown. */
  say(notice: string) {
    this.notice = notice === '' ? null : notice;
    clearTimeout(this.#until);
    this.#until = setTimeout(() => (this.notice = null), 4000);
  }

  dress(theme: Theme) {
    this.theme = theme;
    remember('theme', theme);
    this.paint();
  }

  sharpen(contrast: Contrast) {
    this.contrast = contrast;
    remember('contrast', contrast);
    this.paint();
  }

  /** Remembers that an action was used. */
  used(id: string) {
    this.recent = [id, ...this.recent.filter((other) => other !== id)].slice(0, RECENT);
    remember('recent-actions', this.recent);
  }

  paint() {
    const dark = this.theme === 'dark' || (this.theme === 'system' && (this.#dark?.matches ?? false));
    const more = this.contrast === 'more' || (this.#more?.matches ?? false);
    const look = document.documentElement.dataset;
    look['theme'] = dark ? 'dark' : 'light';
    look['contrast'] = more ? 'more' : 'usual';
  }
}
