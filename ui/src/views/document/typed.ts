// What people type into the document, read: durations, moments, ids, command lines, expectations.
import type { Setting } from '../../ipc/types';

const UNITS: Record<string, number> = {
  w: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  min: 60_000,
  s: 1000,
  ms: 1,
};

/** Reads `1h 30m`, `250ms`, `5m`; undefined when it is no duration. */
export function readDuration(text: string): number | undefined {
  const parts = text
    .trim()
    .toLowerCase()
    .match(/\d+(?:\.\d+)?\s*(?:ms|min|[wdhms])/g);
  if (!parts || parts.join('').replace(/\s/g, '') !== text.toLowerCase().replace(/\s/g, '')) return undefined;
  let sum = 0;
  for (const part of parts) {
    const [, number, unit] = /^([\d.]+)\s*(\w+)$/.exec(part) ?? [];
    sum += Number(number) * (UNITS[unit ?? ''] ?? NaN);
  }
  return Number.isFinite(sum) ? Math.round(sum) : undefined;
}

/** Writes a duration as the plan file does, exactly. */
export function writeDuration(ms: number): string {
  let rest = Math.round(ms);
  let text = '';
  for (const unit of ['d', 'h', 'm', 's', 'ms']) {
    const size = UNITS[unit]!;
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text || '0s';
}

/** Reads `2026-12-05 01:00` as the plan file writes it; undefined when it is no moment. */
export function readMoment(text: string): string | undefined {
  const found = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(\.\d+)?\s*(Z|[+-]\d\d:\d\d)?$/.exec(text.trim());
  if (!found) return undefined;
  return `${found[1]}T${found[2]}${found[3] ?? ':00'}${found[5] ?? ''}`;
}

/** Returns an id made of a title that none of the taken ones has. */
export function idOf(title: string, taken: Iterable<string>, word: string): string {
  const base =
    title
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[\u0300-\u036f]/g, '')
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, 48)
      .replace(/^-+|-+$/g, '') || word;
  const known = new Set(taken);
  for (let number = 1; ; number++) {
    const id = number === 1 ? base : `${base}-${number}`;
    if (!known.has(id)) return id;
  }
}

/** Takes a command line apart into words, as a shell quotes them; undefined when a quote is not closed. */
export function readWords(line: string): string[] | undefined {
  const words: string[] = [];
  let word: string | null = null;
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const sign = line[at]!;
    if (quote === "'" ? sign === "'" : quote === '"' && sign === '"') quote = '';
    else if (quote === '' && (sign === "'" || sign === '"')) {
      quote = sign;
      word ??= '';
    } else if (sign === '\\' && quote !== "'" && at + 1 < line.length) word = (word ?? '') + line[++at];
    else if (quote === '' && /\s/.test(sign)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + sign;
  }
  if (quote !== '') return undefined;
  if (word !== null) words.push(word);
  return words;
}

/** Reads an expectation in the words in which it is shown, as paths below `expect` and their values. */
export function readExpectation(text: string): [string[], Setting][] {
  const words = text.trim();
  const number = '(-?\\d+(?:\\.\\d+)?)';
  const is = (form: string) => new RegExp(`^${form}$`, 'i').exec(words);
  const range = is(`${number}\\s*(?:to|\\.\\.|–)\\s*${number}`);
  if (range)
    return [
      [['min'], Number(range[1])],
      [['max'], Number(range[2])],
    ];
  const least = is(`(?:at least|>=|≥)\\s*${number}`);
  if (least) return [[['min'], Number(least[1])]];
  const most = is(`(?:at most|<=|≤)\\s*${number}`);
  if (most) return [[['max'], Number(most[1])]];
  const rows = is('(\\d+)\\s+rows?');
  if (rows) return [[['rows'], Number(rows[1])]];
  // A number that a float cannot hold stays a text; both are compared as numbers.
  const exact = new RegExp(`^${number}$`).test(words) && String(Number(words)) === words;
  return [[[], exact ? Number(words) : words]];
}
