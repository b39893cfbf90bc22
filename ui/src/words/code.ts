// Sentences that name code between backticks, as the plan's problems do.

/** A part of a sentence: words, or code without its backticks. */
export type Piece = { text: string; code: boolean };

/** Breaks a sentence into words and code. A backtick without a partner stays as it is. */
export function pieces(sentence: string): Piece[] {
  return sentence
    .split(/`([^`\n]+)`/)
    .map((text, at) => ({ text, code: at % 2 === 1 }))
    .filter(({ text }) => text !== '');
}

/** Writes a sentence where all is of one font: code without its backticks. */
export function plain(sentence: string): string {
  return pieces(sentence)
    .map(({ text }) => text)
    .join('');
}
