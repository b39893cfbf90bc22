// Reckons the contrast of every pair of tokens that the window uses, in each theme, as WCAG 2.2 defines it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const source = join(import.meta.dirname, '../src');
const sheet = readFileSync(join(source, 'tokens.css'), 'utf8');

/** Returns the colours that a selector sets. */
function block(selector: string): Record<string, string> {
  const start = sheet.indexOf(`\n${selector} {`);
  if (start < 0) throw new Error(`tokens.css has no ${selector}`);
  const body = sheet.slice(start, sheet.indexOf('\n}', start));
  return Object.fromEntries(
    [...body.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, colour]) => [name, colour]),
  );
}

const light = block(':root');
const dark = { ...light, ...block(":root[data-theme='dark']") };
const more = block(":root[data-contrast='more']");
const themes = {
  light,
  dark,
  'light, high contrast': { ...light, ...more },
  'dark, high contrast': { ...dark, ...more, ...block(":root[data-theme='dark'][data-contrast='more']") },
};

/** Relative luminance: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

const grounds = ['ground', 'surface', 'raised', 'sunken'];
const tints = ['running', 'good', 'bad', 'look', 'idle', 'undone'];
const environments = ['development', 'staging', 'production'];

/** Text and what it stands on, where the ground is inherited and no rule names both. */
const texts: [string, string][] = [
  ...['text', 'text-soft', 'text-faint'].flatMap((text) =>
    [...grounds, 'accent-soft'].map((on): [string, string] => [text, on]),
  ),
  ...tints.flatMap((tint): [string, string][] => [
    ['text', `soft-${tint}`],
    ['text-soft', `soft-${tint}`],
    [`state-${tint}`, `soft-${tint}`],
    ...grounds.map((on): [string, string] => [`state-${tint}`, on]),
  ]),
  ...environments.flatMap((name): [string, string][] => [
    ['env-text', `env-${name}`],
    ['text', `env-${name}-soft`],
    ['text-soft', `env-${name}-soft`],
  ]),
  // A line of two sessions side by side is tinted by what became of it, and holds both states.
  ...['good', 'bad', 'look', 'idle', 'undone'].flatMap((tint) =>
    ['good', 'bad', 'look'].map((on): [string, string] => [`state-${tint}`, `soft-${on}`]),
  ),
  ['accent', 'surface'],
  ['accent', 'raised'],
  ['accent-text', 'accent'],
  ['accent-text', 'accent-hover'],
  ['ground', 'text'],
];

/** Borders of controls, the ring of the focus, edges and dots. */
const graphics: [string, string][] = [
  ...grounds.flatMap((on): [string, string][] => [
    ['focus', on],
    ['line-strong', on],
  ]),
  ...environments.flatMap((name): [string, string][] => [
    [`env-${name}`, 'surface'],
    [`env-${name}`, 'sunken'],
  ]),
  ['accent', 'sunken'],
  // Of the timeline: outlines of bars, slack, arrows, brackets, what ran, lines; on rows, windows and inside bars.
  ...[
    'text',
    'text-soft',
    'text-faint',
    'line-strong',
    'accent',
    ...tints.map((tint) => `state-${tint}`),
  ].flatMap((drawn) =>
    ['surface', 'sunken', 'accent-soft', 'soft-bad'].map((on): [string, string] => [drawn, on]),
  ),
  ...['text', 'text-faint'].flatMap((outline): [string, string][] => [
    [outline, 'raised'],
    [outline, 'soft-look'],
  ]),
];

/** Pairs that one rule of a component sets: `color: var(--x); background: var(--y)`. */
function pairsOfRules(): [string, string, string][] {
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(svelte|css)$/.test(name) && name !== 'tokens.css')
    .flatMap((name) => {
      const text = readFileSync(join(source, name), 'utf8');
      return [...text.matchAll(/\{([^{}]*)\}/g)].flatMap(([, rule = '']) => {
        const colour = /(?:^|[\s;])color: var\(--([\w-]+)\)/.exec(rule)?.[1];
        const ground = /background(?:-color)?: var\(--([\w-]+)\)/.exec(rule)?.[1];
        return colour && ground ? [[colour, ground, name] as [string, string, string]] : [];
      });
    });
}

function weak(pairs: [string, string, string?][], theme: Record<string, string>, least: number): string[] {
  return pairs.flatMap(([on, under, where]) => {
    const [a, b] = [theme[on], theme[under]];
    if (!a || !b) return where ? [] : [`${on} or ${under} is no colour`];
    const found = contrast(a, b);
    return found < least
      ? [`${on} on ${under}: ${found.toFixed(2)} < ${least}${where ? ` (${where})` : ''}`]
      : [];
  });
}

describe('contrast', () => {
  it('is reckoned as the standard reckons it', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  });

  for (const [name, theme] of Object.entries(themes)) {
    const strong = name.includes('high');
    it(`of text is enough in ${name}`, () => {
      expect(weak(texts, theme, strong ? 7 : 4.5)).toEqual([]);
    });
    it(`of what a component paints itself is enough in ${name}`, () => {
      const pairs = pairsOfRules();
      expect(pairs.length).toBeGreaterThan(10);
      expect(weak(pairs, theme, strong ? 7 : 4.5)).toEqual([]);
    });
    it(`of borders, edges and the focus is enough in ${name}`, () => {
      expect(weak(graphics, theme, 3)).toEqual([]);
    });
  }
});
