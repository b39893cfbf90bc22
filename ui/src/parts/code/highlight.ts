// What makes SQL and shell readable: the languages, and spans for a text that is only looked at.
import { MariaSQL, PostgreSQL, sql, SQLite, StandardSQL } from '@codemirror/lang-sql';
import { LanguageSupport, StreamLanguage } from '@codemirror/language';
import { shell } from '@codemirror/legacy-modes/mode/shell';
import { classHighlighter, highlightCode } from '@lezer/highlight';
import type { CodeLanguage, Dialect } from './shapes';

/** A run of characters of one sort; `kind` is empty where nothing is special. */
export type Span = { text: string; kind: string };

const dialects = { postgresql: PostgreSQL, mysql: MariaSQL, sqlite: SQLite };
const known = new Map<string, LanguageSupport>();

/** Returns a language for CodeMirror; each is made once. */
export function languageOf(language: CodeLanguage, dialect: Dialect | null): LanguageSupport | null {
  if (language === 'prose') return null;
  const name = language === 'shell' ? language : (dialect ?? 'standard');
  let support = known.get(name);
  if (!support) {
    support =
      language === 'shell'
        ? new LanguageSupport(StreamLanguage.define(shell))
        : sql({ dialect: dialect ? dialects[dialect] : StandardSQL });
    known.set(name, support);
  }
  return support;
}

/** Returns the spans of a short text. What is long is to be cut before: the whole is read. */
export function spansOf(text: string, language: CodeLanguage, dialect: Dialect | null): Span[] {
  const support = languageOf(language, dialect);
  if (support === null) return [{ text, kind: '' }];
  const spans: Span[] = [];
  highlightCode(
    text,
    support.language.parser.parse(text),
    classHighlighter,
    (piece, kind) => spans.push({ text: piece, kind }),
    () => spans.push({ text: '\n', kind: '' }),
  );
  return spans;
}
