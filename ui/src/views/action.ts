// What an action is, and what of the window it may be handed.
import type { Place } from '../state/desk.svelte';

export type Group = 'Go to' | 'Plan' | 'View' | 'Session' | 'Databases' | 'History' | 'Window';
export type Action = {
  id: string;
  /** What it does, in words that begin with a verb; may name what it is done to. */
  name: string;
  group: Group;
  keys: string;
  /** Why it cannot be done now; absent or `null` when it can. */
  refused?: () => string | null;
  do: () => void;
};

/** What the frame of the window does for actions. */
export type Frame = { go: (place: Place) => void; open: () => void; print: () => void };
