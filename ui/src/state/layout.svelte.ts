// How the window is laid out: what is open beside the content, and how large; kept from window to window.
import { recall, remember } from './memory';

type Kept = { nav: boolean; inspector: boolean; inspectorWidth: number; logHeight: number };

export const BOUNDS = { inspector: [240, 640], log: [64, 520] } as const;

export class Layout {
  nav = $state(true);
  inspector = $state(true);
  inspectorWidth = $state(320);
  logHeight = $state(180);

  constructor() {
    const kept = recall<Partial<Kept>>('layout') ?? {};
    if (typeof kept.nav === 'boolean') this.nav = kept.nav;
    if (typeof kept.inspector === 'boolean') this.inspector = kept.inspector;
    this.inspectorWidth = within(kept.inspectorWidth, BOUNDS.inspector, this.inspectorWidth);
    this.logHeight = within(kept.logHeight, BOUNDS.log, this.logHeight);
  }

  toggle(what: 'nav' | 'inspector') {
    this[what] = !this[what];
    this.#keep();
  }

  size(what: 'inspectorWidth' | 'logHeight', to: number) {
    this[what] = within(to, what === 'logHeight' ? BOUNDS.log : BOUNDS.inspector, this[what]);
    this.#keep();
  }

  #keep() {
    const { nav, inspector, inspectorWidth, logHeight } = this;
    remember('layout', { nav, inspector, inspectorWidth, logHeight } satisfies Kept);
  }
}

function within(value: unknown, [least, most]: readonly [number, number], otherwise: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) return otherwise;
  return Math.round(Math.min(most, Math.max(least, value)));
}
