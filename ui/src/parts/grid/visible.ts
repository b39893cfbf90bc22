// Values of strangers as one line: what cannot be seen, or would turn the line around, is written out.

/** Marks that reorder text, controls, blanks that look like nothing and signs no font has: for private use, not assigned,
 * halves of pairs. What joins two pictures into one leaves a trace, and stays. */
const HIDDEN =
  /(\p{Extended_Pictographic}[\p{Emoji_Modifier}\ufe0f]?\u200d(?=\p{Extended_Pictographic}))|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}\p{Co}\p{Cn}\p{Cs}]/gu;

/** Pictures, which many machines have no font for and which say little of what they are; and what joins them. */
const PICTURES = /[\u200d\ufe0f\u{1f000}-\u{1fbff}]/gu;

/** What nearly all values are, and has nothing to write out. */
const PLAIN = /^[ -~]*$/;

/** Returns a value as one line of text. */
export function visible(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .replace(/\r\n|\r|\n/g, ' ⏎ ')
    .replace(/\t/g, ' ⇥ ')
    .replace(HIDDEN, named);
}

/** Returns a value with its lines, hidden characters written out. */
export function visibleLines(text: string): string {
  return PLAIN.test(text) ? text : text.replace(HIDDEN, named);
}

/** Returns a value of which every character matters, an id or what is wrong with it: pictures are written out, too. */
export function exact(text: string): string {
  return visibleLines(text.replace(PICTURES, (character) => named(character)));
}

/** Returns true where a text has something that cannot be seen as it stands. */
export function hides(text: string): boolean {
  return visibleLines(text) !== text;
}

function named(character: string, joined?: string): string {
  return joined ?? `⟨U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
