// What makes SQL and shell readable: the languages, and spans for a text that is only looked at.
import { MariaSQL, PostgreSQL, sql, SQLDialect, SQLite, StandardSQL } from '@codemirror/lang-sql';
import { LanguageSupport, StreamLanguage } from '@codemirror/language';
import { shell } from '@codemirror/legacy-modes/mode/shell';
import { classHighlighter, highlightCode } from '@lezer/highlight';
import type { CodeLanguage, Dialect } from './shapes';

/** A run of characters of one sort; `kind` is empty where nothing is special. */
export type Span = { text: string; kind: string };

// Words that the dialects know and no engine reserves: in what people write they are names of columns.
const NAMES = new Set(
  (
    'action attribute attributes category class code comments content contents country data day ' +
    'depth description document element email error event events family field fields file general ' +
    'groups header hosts hour id info key keys label length lines link location log map message ' +
    'method minute module month name names number object options ordinality parameter password path ' +
    'percent period phase position profile profiles public scale schedule scope second security ' +
    'session sessions shared size slot source space state status style subject tag target ticket ' +
    'tier title token uri url users version views volume warning warnings week year'
  ).split(' '),
);

/** Returns a dialect without the words that are names rather than keywords. */
function plainer(dialect: SQLDialect): SQLDialect {
  const { spec } = dialect;
  const keywords = spec.keywords?.split(' ').filter((word) => !NAMES.has(word));
  return keywords ? SQLDialect.define({ ...spec, keywords: keywords.join(' ') }) : dialect;
}

const standard = plainer(StandardSQL);
const dialects = {
  postgresql: plainer(PostgreSQL),
  mysql: plainer(MariaSQL),
  sqlite: plainer(SQLite),
};
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
        : sql({ dialect: dialect ? dialects[dialect] : standard });
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
