// What the graph shows and where its person is in it: places, view, search, what is opened, what is being joined.
import { setContext, getContext } from 'svelte';
import { SvelteSet } from 'svelte/reactivity';
import { frame, framedOn, keptInPlace, moved, zoomedAt, type Pane } from './framing';
import { liesIn, seen, type View } from './paint';
import { marksSaid } from './marks';
import { cornerOf } from './overview';
import { Placing } from './placing.svelte';
import type { Given, EdgeWish, Verdict } from './given';
import { boxed, type Box, type Edge } from './strokes';
import { inWords, troublesOf } from './troubles';
import { verdictOn } from './verdict';
import { along, allBefore, beside, followersOf, found, type Direction } from './walk';
import { LARGEST, LEGIBLE, NEAR, NODE_HEIGHT, NODE_WIDTH, openedHeight, type Detail } from './sizes';

/** Milliseconds after which a picture that moved is taken to rest. */
const REST = 140;
const SMALLEST = 0.004;
const NO_DETAILS: Detail[] = [];
const NOBODY = new Set<string>();

export class Scene {
  readonly placing = new Placing();
  /** Where the picture lies in its pane; the drawing library writes it while a person pans. */
  view: View = $state.raw({ x: 0, y: 0, zoom: 1 });
  wide = $state(0);
  high = $state(0);
  readonly opened = new SvelteSet<string>();
  /** Step an edge is drawn from with the keyboard. */
  linking: string | null = $state(null);
  /** Step an edge is dragged from, and the step below the pointer. */
  dragged: string | null = $state(null);
  over: string | null = $state(null);
  edge: string | null = $state(null);
  /** Whether it is shown what the marks mean. */
  explained = $state(false);
  /** What was done, for those who hear the window. */
  said = $state('');
  /** Moves the picture; set by the part that lives inside the drawing library. */
  steer: (view: View) => void = (view) => (this.view = view);
  #given: () => Given;
  #area: Box | null = $state.raw(null);
  #rest: ReturnType<typeof setTimeout> | undefined;
  #jumped = false;
  /** Step that was opened or closed last: it stays at its place. */
  #toggled: string | null = null;
  #framed: { ids: Set<string>; wide: number; high: number } | null = null;
  /** What a pane of another size is to show: what stays legible, the whole, or what a person moved to. */
  #aim: 'legible' | 'whole' | 'hand' = 'legible';
  /** True while a person moves the picture: then the canvas draws every step, which is half the work. */
  moving = $state(false);

  constructor(given: () => Given) {
    this.#given = given;
  }

  rows = $derived.by(() => this.#given().rows);
  lanes = $derived.by(() => this.#given().lanes);
  selected = $derived.by(() => this.#given().selected);
  nowMs = $derived.by(() => this.#given().nowMs);
  editable = $derived.by(() => this.#given().onedge !== undefined);
  byId = $derived(new Map(this.rows.map((row) => [row.id, row])));
  followers = $derived(followersOf(this.rows));
  places = $derived(this.placing.places);
  placeOf = $derived(new Map(this.places.nodes.map((node) => [node.id, node])));
  /** In steps, so that the picture is not laid out again at every pixel a window grows. */
  pane = $derived({ width: Math.floor(this.wide / 24) * 24, height: Math.floor(this.high / 24) * 24 });
  /** What the layout depends on: a status that changes ten times a second must not move a step. */
  shape = $derived(
    this.rows
      .map((row) => `${row.id}\u0001${row.phase ?? ''}\u0001${row.after.join('\u0002')}`)
      .join('\u0003') + [...this.opened].map((id) => `\u0004${id}`).join(''),
  );
  edges: Edge[] = $derived(
    this.places.edges.map((edge) => {
      const from = this.byId.get(edge.from);
      const to = this.byId.get(edge.to);
      // Both ends may be critical and the edge between them not: something else ends in between.
      const critical = !!from?.critical && !!to?.critical && (from.finishMs ?? to.startMs) === to.startMs;
      return boxed(edge, critical);
    }),
  );

  near = $derived(this.view.zoom >= NEAR);
  /** Steps that are drawn as elements: those in and around the pane, and those the keyboard is at. */
  mounted = $derived.by(() => {
    const ids = new Set<string>();
    const area = this.#area;
    if (!area) return ids;
    for (const node of this.places.nodes) if (liesIn(node, area)) ids.add(node.id);
    for (const id of [this.selected, this.linking, this.dragged]) if (id && this.placeOf.has(id)) ids.add(id);
    return ids;
  });
  area = $derived(this.#area);

  matchList = $derived.by(() => found(this.rows, this.#given().search));
  matches = $derived(this.matchList ? new Set(this.matchList) : null);
  /** Steps an edge from the one in hand must not lead to. */
  forbidden = $derived.by(() => {
    const from = this.dragged ?? this.linking;
    return from ? allBefore(this.byId, from) : null;
  });
  verdict = $derived.by((): Verdict | null => {
    const from = this.dragged ?? this.linking;
    const to = this.dragged ? this.over : this.selected;
    return from && to && (this.dragged || to !== from) ? this.judge(from, to) : null;
  });
  closing = $derived(this.places.edges.filter((edge) => edge.closes));
  /** What is wrong with steps, by id. */
  troubles = $derived.by(() => troublesOf(this.#given().problems, this.closing, () => this.followers));
  scenery = $derived({
    places: this.places,
    edges: this.edges,
    byId: this.byId,
    matches: this.matches,
    forbidden: this.forbidden,
    troubles: this.troubles,
    selected: this.selected,
    edge: this.edge,
    mounted: this.near && !this.moving ? this.mounted : NOBODY,
  });

  /** Asks for places when the shape or the pane has changed. */
  place() {
    if (this.pane.width === 0 || this.pane.height === 0) return;
    const steps = this.rows.map(({ id, phase, after }) => ({
      id,
      phase,
      after: [...after],
      height: this.opened.has(id) ? openedHeight(this.details(id)) : NODE_HEIGHT,
    }));
    this.placing.ask(
      steps,
      this.lanes.map(({ id, title }) => ({ id, title })),
      this.pane,
    );
  }

  /** Frames a new picture; one that was edited stays where it is. */
  settle(before: typeof this.places) {
    const { places } = this;
    if (places.nodes.length === 0) return;
    const ids = new Set(places.nodes.map((node) => node.id));
    const last = this.#framed;
    const resized = last !== null && (last.wide !== this.pane.width || last.high !== this.pane.height);
    const common = last ? places.nodes.filter((node) => last.ids.has(node.id)).length : 0;
    const same = last !== null && common * 2 >= Math.max(ids.size, last.ids.size);
    this.#framed = { ids, wide: this.pane.width, high: this.pane.height };
    if (!same) this.#aim = 'legible';
    if (!same || (resized && this.#aim !== 'hand')) {
      const whole = this.#aim === 'whole';
      const first = frame(places, this.#room(1), whole ? SMALLEST : LEGIBLE);
      const chosen = whole ? undefined : this.placeOf.get(this.selected ?? '');
      this.jump(chosen ? framedOn(first, places, chosen, this.#room(first.zoom)) : first);
      return;
    }
    const anchor = this.#toggled ?? this.selected ?? '';
    this.#toggled = null;
    const was = before.nodes.find((node) => node.id === anchor);
    const is = this.placeOf.get(anchor);
    this.jump(was && is ? keptInPlace(this.view, was, is) : this.view);
  }

  /** Is told of every move. Elements are made when the picture rests; until then the canvas shows what comes into sight. */
  onmove() {
    if (this.#jumped) {
      this.#jumped = false;
      return;
    }
    this.#aim = 'hand';
    this.moving = true;
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.#mount(), REST);
  }

  jump(view: View) {
    const next = { ...view, zoom: Math.min(LARGEST, Math.max(SMALLEST, view.zoom)) };
    const { x, y, zoom } = this.view;
    if (x !== next.x || y !== next.y || zoom !== next.zoom) {
      this.#jumped = true;
      this.steer(next);
    }
    clearTimeout(this.#rest);
    this.#mount(next);
  }

  #mount(view: View = this.view) {
    this.moving = false;
    this.#area = view.zoom < NEAR ? null : seen(view, this.wide, this.high, 80);
  }

  close() {
    clearTimeout(this.#rest);
    this.placing.close();
  }

  zoom(factor: number) {
    this.#aim = 'hand';
    this.jump(zoomedAt(this.view, this.wide / 2, this.high / 2, factor));
  }

  /** Shows the whole, however small. */
  fit() {
    this.#aim = 'whole';
    this.jump(frame(this.places, this.#room(1), SMALLEST));
    this.say('The whole graph is in sight.');
  }

  /** Moves the picture just so far that the step is in sight. */
  reveal(id: string) {
    const node = this.placeOf.get(id);
    if (node && this.wide > 0) this.jump(moved(this.view, node, this.#room(this.view.zoom)));
  }

  /** Returns the pane, and the corner of the overview as long as not all of the picture has room in it at a scale. */
  #room(zoom: number): Pane {
    const { wide: width, high: height, places } = this;
    const whole = places.width * zoom <= width && places.height * zoom <= height;
    return { width, height, corner: whole ? null : cornerOf(places, { width, height }) };
  }

  /** Sets a point of the picture into the middle of the pane. */
  centre(x: number, y: number, zoom = this.view.zoom) {
    this.#aim = 'hand';
    this.jump({ x: this.wide / 2 - x * zoom, y: this.high / 2 - y * zoom, zoom });
  }

  details(id: string): Detail[] {
    return this.#given().details?.(id) ?? NO_DETAILS;
  }

  get opens(): boolean {
    return this.#given().details !== undefined;
  }

  select(id: string) {
    this.edge = null;
    this.#given().onselect(id);
  }

  open(id: string) {
    this.select(id);
    this.#given().onopen?.(id);
  }

  toggle(id: string) {
    if (!this.opens) return;
    this.#toggled = id;
    if (this.opened.delete(id)) this.say(`${this.title(id)} closed.`);
    else {
      this.opened.add(id);
      const details = this.details(id);
      this.say(
        `${this.title(id)} opened: ${details.map((detail) => detail.label).join(', ') || 'nothing to list'}.`,
      );
    }
  }

  /** Goes from match to match; `by` is 1 or -1. */
  next(by: 1 | -1) {
    const list = this.matchList;
    if (!list || list.length === 0) {
      if (list) this.say('No step is found.');
      return;
    }
    const here = list.indexOf(this.selected ?? '');
    const at = here < 0 ? (by > 0 ? 0 : list.length - 1) : (here + by + list.length) % list.length;
    const id = list[at]!;
    this.select(id);
    const node = this.placeOf.get(id);
    if (node)
      this.centre(node.x + NODE_WIDTH / 2, node.y + node.height / 2, Math.max(this.view.zoom, LEGIBLE));
    this.say(`${at + 1} of ${list.length}: ${this.words(id)}`);
  }

  arrow(direction: Direction) {
    const here = this.selected;
    if (!here || !this.placeOf.has(here)) return this.edgeOfPicture('first');
    // An edge may lead to any step: then all arrows go by the picture.
    const upright = !this.linking && (direction === 'up' || direction === 'down');
    const next =
      (upright && !this.linking
        ? along(this.byId, this.followers, here, direction as 'up' | 'down')
        : null) ?? (upright ? null : beside(this.places.nodes, here, direction));
    if (next) this.#goto(next);
    else
      this.say(
        upright
          ? `Nothing comes ${direction === 'up' ? 'before' : 'after'} this step.`
          : 'Nothing lies there.',
      );
  }

  edgeOfPicture(which: 'first' | 'last') {
    const id = (which === 'first' ? this.rows[0] : this.rows[this.rows.length - 1])?.id;
    if (id) this.#goto(id);
  }

  #goto(id: string) {
    this.select(id);
    this.reveal(id);
    this.say(this.verdict ? `${this.words(id)}. ${this.verdict.text}` : this.words(id));
  }

  /** Says what an edge between two steps would be, before it is made. */
  judge(before: string, id: string): Verdict {
    return verdictOn(before, id, this.byId, this.forbidden, () => this.followers);
  }

  /** Shows what the marks mean, or no longer. */
  explain() {
    this.explained = !this.explained;
    if (this.explained) this.say(marksSaid(this.rows));
  }

  /** Makes or takes away the edge between two steps; a circle is refused and said. */
  join(before: string, id: string, existing: 'keep' | 'remove') {
    const verdict = this.judge(before, id);
    if (verdict.kind === 'add') this.#wish({ before, id, add: true }, verdict.text);
    else if (verdict.kind === 'remove' && existing === 'remove') this.remove(before, id);
    else this.refusal = verdict.text;
  }

  /** Why the last edge was not made; stands until the next act. */
  refusal: string | null = $state(null);

  remove(before: string, id: string) {
    this.#wish({ before, id, add: false }, `${id} no longer waits for ${before}.`);
    this.edge = null;
  }

  #wish(wish: EdgeWish, said: string) {
    this.refusal = null;
    this.#given().onedge?.(wish);
    this.say(said);
  }

  removeChosen() {
    const edge = this.edge === null ? null : this.edges.find((one) => one.id === this.edge);
    if (edge && this.editable) this.remove(edge.from, edge.to);
  }

  choose(edge: Edge) {
    this.edge = edge.id;
    this.refusal = null;
    const closes = edge.closes ? ' It closes a cycle.' : '';
    const removable = this.editable ? ' Delete takes it away.' : '';
    this.say(`Edge from ${edge.from} to ${edge.to} selected.${closes}${removable}`);
  }

  startLink() {
    const from = this.selected;
    if (!this.editable || !from) return;
    this.refusal = null;
    this.edge = null;
    this.linking = from;
    this.say(`Edge from ${from}: go to the step that is to wait for it and press Enter. Escape leaves.`);
  }

  endLink() {
    const from = this.linking;
    const to = this.selected;
    this.linking = null;
    if (from && to && from !== to) this.join(from, to, 'remove');
    else this.say('No edge was made.');
  }

  /** Leaves what is under way; returns false when there was nothing to leave. */
  leave(): boolean {
    const something = this.linking !== null || this.edge !== null || this.refusal !== null || this.explained;
    if (this.linking) this.say('No edge was made.');
    this.explained = false;
    this.linking = this.edge = this.refusal = null;
    return something;
  }

  title(id: string): string {
    return this.byId.get(id)?.title ?? id;
  }

  /** Returns a step in words. */
  words(id: string): string {
    const row = this.byId.get(id);
    return row ? inWords(row, this.troubles.get(id)) : id;
  }

  say(text: string) {
    this.said = text;
  }
}

const KEY = Symbol('the graph around a step');

export function offerScene(scene: Scene) {
  setContext(KEY, scene);
}

export function sceneAround(): Scene {
  return getContext<Scene>(KEY);
}
