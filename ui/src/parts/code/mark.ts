// The place in a text at which an error was found: its word is underlined and its line tinted until the text changes.
import { StateEffect, StateField, type EditorState, type Range } from '@codemirror/state';
import { Decoration, EditorView, type DecorationSet } from '@codemirror/view';

/** Marks the word at a position, or nothing. */
export const markAt = StateEffect.define<number | null>();

const word = Decoration.mark({ class: 'cm-wrong' });
const line = Decoration.line({ class: 'cm-wrong-line' });

/** Returns from where to where the word at a position goes; a sign that is no word stands for itself. */
export function wordAt(text: string, at: number): [number, number] {
  const found = /^(?:[\p{L}\p{N}_$]+|\S)/u.exec(text.slice(at));
  return [at, at + (found?.[0].length ?? 0)];
}

function around(state: EditorState, at: number): DecorationSet {
  const where = state.doc.lineAt(at);
  const [from, to] = wordAt(where.text, at - where.from);
  const marks: Range<Decoration>[] = [line.range(where.from)];
  if (to > from) marks.push(word.range(where.from + from, where.from + to));
  return Decoration.set(marks);
}

/** Keeps what is marked. */
export const marked = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, change) {
    let now = change.docChanged ? Decoration.none : marks;
    for (const effect of change.effects)
      if (effect.is(markAt))
        now = effect.value === null ? Decoration.none : around(change.state, effect.value);
    return now;
  },
  provide: (field) => EditorView.decorations.from(field),
});
