// What the palette finds: every action, and by name the plans, sessions, connections and steps there are.
import { exact } from '../parts/grid/visible';
import { databases, desk, history, plans, session } from '../state';
import { fileName, moment, shortPath } from '../words/format';
import type { Frame } from './action';
import { actions } from './actions';
import { match } from './fuzzy';

export type Entry = {
  id: string;
  label: string;
  /** Where it belongs, or what tells it from another of the same name. */
  aside: string;
  keys?: string;
  /** Why it cannot be done now. */
  refused: string | null;
  do: () => void;
};

/** Most entries that are shown; every action is among them before a word is typed. */
const SHOWN = 120;

export function entries(frame: Frame): Entry[] {
  const inSession = desk.place === 'session';
  return [
    ...actions(frame)
      .filter((action) => action.id !== 'palette')
      .map((action) => ({
        id: action.id,
        label: action.name,
        aside: action.group,
        keys: action.keys,
        refused: action.refused?.() ?? null,
        do: action.do,
      })),
    ...(plans.recent ?? []).map((entry) => ({
      id: `plan:${entry.path}`,
      label: `Open ${fileName(entry.path)}`,
      aside: shortPath(entry.path, 44),
      refused: entry.exists ? null : 'The file is gone.',
      do: () => (frame.go('plans'), void plans.open(entry.path)),
    })),
    ...(history.sessions ?? []).slice(0, 50).map((line) => ({
      id: `session:${line.id}`,
      label: `Session of “${line.plan}”`,
      aside: moment(line.started_at_ms),
      refused: null,
      do: () => (frame.go('session'), void session.open(line.id)),
    })),
    ...(databases.saved ?? []).map((entry) => ({
      id: `connection:${entry.connection.name}`,
      label: `Edit connection ${entry.connection.name}`,
      aside: entry.connection.environment,
      refused: null,
      do: () => (frame.go('databases'), databases.edit(entry)),
    })),
    ...(inSession ? session.rows : plans.rows).map((row) => ({
      id: `step:${row.id}`,
      label: row.title,
      aside: `step ${exact(row.id)}`,
      refused: null,
      do: () => (inSession ? session.select(row.id) : ((plans.selected = row.id), frame.go('plans'))),
    })),
  ];
}

/** An entry that fits, and which letters of its label were typed. */
export type Found = Entry & { at: number[] };

/** Returns what fits, best first; without a word, what was used last comes first. */
export function found(all: Entry[], typed: string, recent: string[]): Found[] {
  if (typed.trim() === '') {
    const used = recent.flatMap((id) => all.find((entry) => entry.id === id) ?? []);
    const others = all.filter((entry) => !recent.includes(entry.id));
    return [...used, ...others].slice(0, SHOWN).map((entry) => ({ ...entry, at: [] }));
  }
  return all
    .flatMap((entry) => {
      const fits = match(typed, `${entry.label} ${entry.aside}`);
      if (!fits) return [];
      // What can be done comes before what cannot, and what was used before what was not.
      const score = fits.score - (entry.refused ? 8 : 0) + (recent.includes(entry.id) ? 3 : 0);
      return [{ entry: { ...entry, at: fits.at }, score }];
    })
    .toSorted((a, b) => b.score - a.score)
    .slice(0, SHOWN)
    .map(({ entry }) => entry);
}
