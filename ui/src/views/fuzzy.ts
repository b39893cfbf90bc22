// Finds names by some of their letters in order, as people type them when they know what they look for.

/** Letters of a name that were found, by position; the higher the score, the better the name fits. */
export type Match = { score: number; at: number[] };

/** Returns how a name fits what was typed; `null` when a letter is missing. Words may come in any order. */
export function match(typed: string, name: string): Match | null {
  const hay = name.toLowerCase();
  let score = 0;
  const at: number[] = [];
  for (const word of typed.toLowerCase().split(/\s+/).filter(Boolean)) {
    const found = whole(word, hay) ?? letters(word, hay);
    if (found === null) return null;
    score += found.score;
    at.push(...found.at);
  }
  // Of two that fit alike, the shorter name is the likelier.
  return { score: score - name.length / 1000, at: [...new Set(at)].toSorted((a, b) => a - b) };
}

function whole(word: string, hay: string): Match | null {
  let best: Match | null = null;
  for (let start = hay.indexOf(word); start >= 0; start = hay.indexOf(word, start + 1)) {
    const score = 10 * word.length + (isStart(hay, start) ? 20 : 0) + (start === 0 ? 5 : 0);
    if (best === null || score > best.score)
      best = { score, at: Array.from({ length: word.length }, (_, index) => start + index) };
  }
  return best;
}

function letters(word: string, hay: string): Match | null {
  const at: number[] = [];
  let score = 0;
  for (const letter of word) {
    const last = at[at.length - 1] ?? -1;
    let next = hay.indexOf(letter, last + 1);
    if (next < 0) return null;
    // A letter that begins a word is meant rather than one within a word, if the rest can follow.
    for (let start = next; start >= 0; start = hay.indexOf(letter, start + 1)) {
      if (isStart(hay, start)) {
        const rest = word.slice(at.length + 1);
        if (follows(rest, hay, start + 1)) next = start;
        break;
      }
    }
    score += isStart(hay, next) ? 6 : next === last + 1 ? 4 : 1;
    at.push(next);
  }
  return { score, at };
}

function follows(rest: string, hay: string, from: number): boolean {
  let place = from;
  for (const letter of rest) {
    place = hay.indexOf(letter, place) + 1;
    if (place === 0) return false;
  }
  return true;
}

function isStart(hay: string, at: number): boolean {
  return at === 0 || /[\s\-_./“(:]/.test(hay[at - 1] ?? '');
}
