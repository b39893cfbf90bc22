// Values of strangers as one line: what cannot be seen, or would turn the line around, is written out.

/** Marks that reorder text, and other characters that leave no trace; what joins two pictures into one leaves one. */
const HIDDEN =
  /(\p{Extended_Pictographic}[\p{Emoji_Modifier}\ufe0f]?\u200d(?=\p{Extended_Pictographic}))|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** Returns a value as one line of text. */
export function visible(text: string): string {
  return text
    .replace(/\r\n|\r|\n/g, ' ⏎ ')
    .replace(/\t/g, ' ⇥ ')
    .replace(HIDDEN, named);
}

/** Returns a value with its lines, hidden characters written out. */
export function visibleLines(text: string): string {
  return text.replace(HIDDEN, named);
}

function named(character: string, joined?: string): string {
  return joined ?? `⟨U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
