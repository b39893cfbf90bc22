// What a window remembers of its looks. A window without storage forgets it, and that is all.

/** Returns what was remembered under a name; `null` when nothing was, or when it cannot be read. */
export function recall<T>(name: string): T | null {
  try {
    const text = localStorage.getItem(name);
    return text === null ? null : (JSON.parse(text) as T);
  } catch {
    return null;
  }
}

export function remember(name: string, value: unknown) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // Nothing depends on it.
  }
}

/** What a window goes on with when its page is loaded again: the session it follows, the plan that lies open. */
export type Held = 'session' | 'plan';

/** Remembers what this window holds, for as long as it is there; an empty text: nothing. */
export function hold(what: Held, value: string) {
  try {
    sessionStorage.setItem(what, value);
  } catch {
    // A reloaded page then begins at the plans.
  }
}

/** Returns what this window held before its page was loaded again; `null` in a new window. */
export function held(what: Held): string | null {
  try {
    return sessionStorage.getItem(what);
  } catch {
    return null;
  }
}
