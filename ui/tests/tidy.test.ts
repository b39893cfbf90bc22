import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../src');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(ts|svelte)$/.test(name))
  .map((name) => ({ name, text: readFileSync(join(root, name), 'utf8') }));

function offenders(pattern: RegExp, within: (name: string) => boolean): string[] {
  return files.filter(({ name, text }) => within(name) && pattern.test(text)).map(({ name }) => name);
}

describe('the house', () => {
  it('imports the shell in ipc alone', () => {
    expect(offenders(/from '@tauri-apps/, (name) => !name.startsWith('ipc/'))).toEqual([]);
  });

  it('keeps parts free of commands and state', () => {
    expect(offenders(/from '\.\.\/(ipc|state|views)/, (name) => name.startsWith('parts/'))).toEqual([]);
  });

  it('keeps state free of views', () => {
    expect(offenders(/from '\.\.\/views/, (name) => name.startsWith('state/'))).toEqual([]);
  });

  it('never renders foreign text as markup', () => {
    expect(offenders(/\{@html|innerHTML/, () => true)).toEqual([]);
  });

  it('asks no locale: under LANG=C the web view has none', () => {
    expect(offenders(/\bIntl\.|toLocale(String|DateString|TimeString)/, () => true)).toEqual([]);
  });

  it('keys nothing of a plan by its id alone: a broken plan has ids twice, and the view would be gone', () => {
    const keyed = /\{#each (plan|step|list|part)\.(?!targets)\w+[^}]*\(\{? ?\w+\.id\)\}/;
    expect('{#each plan.steps.slice(0, 9) as step (step.id)}').toMatch(keyed);
    expect(offenders(keyed, (name) => name.endsWith('.svelte'))).toEqual([]);
  });

  it('takes its colours from the tokens', () => {
    expect(offenders(/#[0-9a-f]{3,8}\b(?=[;\s,)])|rgb\(/i, (name) => name.endsWith('.svelte'))).toEqual([]);
  });

  it('takes sizes and weights of type from the tokens', () => {
    expect(offenders(/font-(size|weight): ?[0-9]/, (name) => name.endsWith('.svelte'))).toEqual([]);
  });
});
