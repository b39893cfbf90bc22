// Where the person is: the place, what lies open over it, the theme.
import { asProblem, opening } from '../ipc';
import type { Opening, Problem } from '../ipc/types';

export type Place = 'plans' | 'databases' | 'session' | 'history';
export type Theme = 'system' | 'light' | 'dark';

export class Desk {
  place: Place = $state('plans');
  opening: Opening | null = $state(null);
  problem: Problem | null = $state(null);
  palette = $state(false);
  shortcuts = $state(false);
  theme: Theme = $state('system');
  /** A sentence shown for a moment at the foot of the window. */
  notice: string | null = $state(null);
  #until: ReturnType<typeof setTimeout> | undefined;
  #dark = globalThis.matchMedia?.('(prefers-color-scheme: dark)');

  constructor() {
    this.theme = (stored('theme') as Theme | null) ?? 'system';
    this.#dark?.addEventListener('change', () => this.paint());
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

  say(notice: string) {
    this.notice = notice;
    clearTimeout(this.#until);
    this.#until = setTimeout(() => (this.notice = null), 6000);
  }

  dress(theme: Theme) {
    this.theme = theme;
    try {
      localStorage.setItem('theme', theme);
    } catch {
      // A window without storage forgets the choice, and that is all.
    }
    this.paint();
  }

  paint() {
    const dark = this.theme === 'dark' || (this.theme === 'system' && (this.#dark?.matches ?? false));
    document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
  }
}

function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
