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

/**
 * Finds letters of which the first begins a word and every other one begins a later word or stands in the same word
 * as the one before: what is typed of names is their beginnings. Letters from anywhere would find almost everything.
 */
function letters(word: string, hay: string): Match | null {
  const without = new Set<number>();
  const at: number[] = [];

  function follow(index: number, last: number): boolean {
    if (index === word.length) return true;
    const state = index * (hay.length + 1) + last;
    if (without.has(state)) return false;
    const starts: number[] = [];
    const within: number[] = [];
    let sameWord = index > 0;
    for (let next = last + 1; next < hay.length; next++) {
      const begins = isStart(hay, next);
      if (begins) sameWord = false;
      if (hay[next] !== word[index]) continue;
      if (begins) starts.push(next);
      else if (sameWord) within.push(next);
    }
    // One that begins a word is meant rather than one within a word, if the rest can follow.
    for (const next of [...starts, ...within]) {
      at.push(next);
      if (follow(index + 1, next)) return true;
      at.pop();
    }
    without.add(state);
    return false;
  }

  if (!follow(0, -1)) return null;
  const score = at.reduce(
    (sum, place, index) => sum + (isStart(hay, place) ? 6 : place === (at[index - 1] ?? -2) + 1 ? 4 : 1),
    0,
  );
  return { score, at };
}

function isStart(hay: string, at: number): boolean {
  return at === 0 || /[\s\-_./“(:]/.test(hay[at - 1] ?? '');
}

/** Cuts a name into what was found and what lies between; places behind its end belong to something else. */
export function parts(name: string, at: number[]): { text: string; hit: boolean }[] {
  const hits = new Set(at);
  const all: { text: string; hit: boolean }[] = [];
  for (let place = 0; place < name.length; place++) {
    const hit = hits.has(place);
    const last = all[all.length - 1];
    if (last?.hit === hit) last.text += name[place];
    else all.push({ text: name[place] ?? '', hit });
  }
  return all;
}
