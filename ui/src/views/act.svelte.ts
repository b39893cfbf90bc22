// What a key or the palette asks of the view that is open.
class Act {
  /** Counts the wishes to run the open plan. */
  runs = $state(0);

  run() {
    this.runs++;
  }
}

export const act = new Act();
