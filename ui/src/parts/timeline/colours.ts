// The tokens as a canvas needs them: it cannot read the style sheet itself.

export type Colours = {
  text: string;
  soft: string;
  faint: string;
  line: string;
  lineStrong: string;
  surface: string;
  raised: string;
  sunken: string;
  selected: string;
  accent: string;
  band: string;
  bad: string;
  softBad: string;
  look: string;
  softLook: string;
  undone: string;
  font: string;
  tint: Record<string, string>;
};

/** Reads the tokens that hold for an element. */
export function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(name).trim();
  const tints = ['idle', 'running', 'good', 'bad', 'look', 'undone'];
  return {
    text: token('--text'),
    soft: token('--text-soft'),
    faint: token('--text-faint'),
    line: token('--line'),
    lineStrong: token('--line-strong'),
    surface: token('--surface'),
    raised: token('--raised'),
    sunken: token('--sunken'),
    selected: token('--accent-soft'),
    accent: token('--accent'),
    band: token('--accent-soft'),
    bad: token('--state-bad'),
    softBad: token('--soft-bad'),
    look: token('--state-look'),
    softLook: token('--soft-look'),
    undone: token('--state-undone'),
    font: `${token('--size-small')} ${token('--font')}`,
    tint: Object.fromEntries(tints.map((name) => [name, token(`--state-${name}`)])),
  };
}
