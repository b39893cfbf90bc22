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

/** Remembers which session this window follows, so that a reload of its page goes on following it. */
export function rememberSession(id: string) {
  try {
    sessionStorage.setItem('session', id);
  } catch {
    // A reloaded page then begins at the plans.
  }
}

/** Returns the session this window followed before its page was loaded again. */
export function followedSession(): string | null {
  try {
    return sessionStorage.getItem('session');
  } catch {
    return null;
  }
}
