// The colours of the theme, for what is drawn on a canvas.

const NAMES = [
  'ground',
  'surface',
  'raised',
  'line',
  'line-strong',
  'text',
  'text-soft',
  'accent',
  'state-running',
  'state-good',
  'state-bad',
  'state-look',
  'state-undone',
  'soft-running',
  'soft-bad',
  'soft-look',
] as const;
export type Colours = Record<(typeof NAMES)[number] | 'font', string>;

/** Reads the tokens of the theme; null as long as there are none, since the page may be drawn before its style is read. */
export function colours(element: Element): Colours | null {
  const style = getComputedStyle(element);
  const read = [...NAMES, 'font' as const].map((name) => [name, style.getPropertyValue(`--${name}`).trim()]);
  return read.some(([, value]) => value === '') ? null : (Object.fromEntries(read) as Colours);
}

/** Reads the tokens now and whenever the theme changes; returns what ends it. */
export function dressed(element: Element, wear: (ink: Colours) => void): () => void {
  let again = 0;
  const read = () => {
    cancelAnimationFrame(again);
    const ink = colours(element);
    if (ink) wear(ink);
    else again = requestAnimationFrame(read);
  };
  read();
  const watch = new MutationObserver(read);
  watch.observe(document.documentElement, { attributes: true });
  return () => {
    watch.disconnect();
    cancelAnimationFrame(again);
  };
}
