// How a shortcut is written, and whether a key that was pressed is that shortcut.

const MODIFIERS = ['Ctrl', 'Alt', 'Shift'] as const;

/** Returns a shortcut in one spelling, so that two of them can be compared: `Ctrl+Shift+z`. */
export function spelled(keys: string): string {
  const { key, held } = taken(keys);
  return [...MODIFIERS.filter((name) => held.has(name)), key].join('+');
}

/** Returns true when the event is this shortcut. On a Mac, the command key stands for Ctrl. */
export function isPressed(event: KeyboardEvent, keys: string): boolean {
  const { key, held } = taken(keys);
  if (event.key.toLowerCase() !== key) return false;
  if ((event.ctrlKey || event.metaKey) !== held.has('Ctrl') || event.altKey !== held.has('Alt')) return false;
  // A sign such as `?` needs Shift on some keyboards and none on others.
  return !/^[a-z]$|^.{2,}$/.test(key) || event.shiftKey === held.has('Shift');
}

/** Returns true when a shortcut would be typed as text in a field. */
export function isTyped(keys: string): boolean {
  const { key, held } = taken(keys);
  return key.length === 1 && !held.has('Ctrl') && !held.has('Alt');
}

function taken(keys: string): { key: string; held: Set<string> } {
  // The last `+` may be the key itself.
  const parts = keys.endsWith('+') ? [...keys.slice(0, -1).split('+').filter(Boolean), '+'] : keys.split('+');
  const key = (parts.pop() ?? '').toLowerCase();
  return { key: key === '←' ? 'arrowleft' : key, held: new Set(parts) };
}
