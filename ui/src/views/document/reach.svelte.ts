// Where in the document someone wants to be brought: from a list of problems, from another view.

class Reach {
  /** Key of the block; see `outline.ts`. */
  key: string | null = $state(null);
  /** Counts the wishes, so that the same place can be wished for twice. */
  turn = $state(0);

  to(key: string) {
    this.key = key;
    this.turn++;
  }
}

export const reach = new Reach();
