// Every action of the window: its name, its keys, when it is possible, and what it does. The keyboard, the palette and
// the list of shortcuts read this and nothing else.
import { desk, layout, notices, plans, session } from '../state';
import type { Place, Tab } from '../state/desk.svelte';
import { act } from './act.svelte';
import type { Action, Frame } from './action';
import { databaseActions } from './actions.databases';
import { historyActions } from './actions.history';
import { planActions } from './actions.plan';
import { databasePartActions } from './actions.schema';
import { sessionActions } from './actions.session';
import { isPressed, isTyped } from './keys';

/** Keys that a view reads itself where the focus is; they are listed, and no action may take them. */
export const local: { keys: string; does: string }[] = [
  { keys: '↑ ↓', does: 'Select the step above or below; move in a list' },
  { keys: 'Home End', does: 'First or last of a list' },
  { keys: '← →', does: 'Change the tab; move on the graph and the timeline' },
  { keys: '+ −', does: 'Zoom the graph or the timeline' },
  { keys: 'Ctrl+F /', does: 'Find a step on the graph' },
  { keys: 'n N', does: 'Go to the next match on the graph, or the one before' },
  { keys: 'e', does: 'Draw an edge from the selected step on the graph, or take one away' },
  { keys: 'Del', does: 'Take the selected edge away, or a block of the document' },
  { keys: 'Space', does: 'Open a step on the graph to what it does' },
  { keys: '0', does: 'Show the whole graph' },
  { keys: 'm', does: 'Show what the marks on the graph mean' },
  { keys: 'Alt+↑ Alt+↓', does: 'Move a step of the document up or down' },
  { keys: 'Ins', does: 'Add something below a block of the document' },
  { keys: 'Enter', does: 'Open what is selected; do the main thing of a sheet' },
  { keys: 'Esc', does: 'Close what lies on top' },
  { keys: 'Tab', does: 'Go to the next control' },
];

const places: [Place, string][] = [
  ['plans', 'Plans'],
  ['databases', 'Databases'],
  ['session', 'Session'],
  ['history', 'History'],
];

const tabs: [Tab, string, string][] = [
  ['document', 'document', 'd'],
  ['graph', 'graph', 'g'],
  ['timeline', 'timeline', 't'],
  ['steps', 'list of steps', 'l'],
  ['checklist', 'checklist', 'c'],
  ['record', 'proof of the session', 'r'],
];

function viewActions(frame: Frame): Action[] {
  const here = () => (desk.place === 'session' ? 'session' : 'plans');
  const shown = () =>
    plans.plan || desk.place === 'session' ? null : 'Open a plan first; it has these views.';
  return [
    ...tabs.map(([tab, what, keys]): Action => ({
      id: `show-${tab}`,
      name: `Show the ${what}`,
      group: 'View',
      keys,
      refused: () =>
        tab === 'document' && desk.place === 'session'
          ? 'A session has no document to edit.'
          : tab === 'record' && (desk.place !== 'session' || !session.head)
            ? 'No session is in sight.'
            : shown(),
      do: () => {
        if (desk.place !== here()) frame.go(here());
        desk.tab = tab;
      },
    })),
    {
      id: 'toggle-inspector',
      name: layout.inspector ? 'Hide the inspector' : 'Show the inspector',
      group: 'View',
      keys: 'Ctrl+I',
      refused: shown,
      do: () => layout.toggle('inspector'),
    },
    {
      id: 'toggle-nav',
      name: layout.nav ? 'Make the navigation narrow' : 'Make the navigation wide',
      group: 'View',
      keys: 'Ctrl+B',
      do: () => layout.toggle('nav'),
    },
  ];
}

function windowActions(frame: Frame): Action[] {
  return [
    ...places.map(([place, name], index): Action => ({
      id: `go-${place}`,
      name: `Go to ${name}`,
      group: 'Go to',
      keys: String(index + 1),
      do: () => frame.go(place),
    })),
    {
      id: 'palette',
      name: 'Find a command, a step, a plan or a session',
      group: 'Window',
      keys: 'Ctrl+K',
      do: () => (desk.palette = !desk.palette),
    },
    {
      id: 'shortcuts',
      name: 'Show the keyboard shortcuts',
      group: 'Window',
      keys: '?',
      do: () => (desk.shortcuts = true),
    },
    ...(['light', 'dark', 'system'] as const).map((theme, index): Action => ({
      id: `theme-${theme}`,
      name: theme === 'system' ? 'Use the theme of the system' : `Use the ${theme} theme`,
      group: 'Window',
      keys: `Alt+${index + 1}`,
      refused: () => (desk.theme === theme ? 'It is in use.' : null),
      do: () => desk.dress(theme),
    })),
    {
      id: 'notices',
      name: notices.on
        ? 'Turn notices of gates, failures and the end off'
        : 'Turn notices of gates, failures and the end on',
      group: 'Window',
      keys: 'Alt+N',
      do: () => notices.turn(!notices.on),
    },
    {
      id: 'contrast',
      name: desk.contrast === 'more' ? 'Use the usual contrast' : 'Use high contrast',
      group: 'Window',
      keys: 'Ctrl+Alt+C',
      do: () => desk.sharpen(desk.contrast === 'more' ? 'system' : 'more'),
    },
  ];
}

/** Returns all actions as they are now. */
export function actions(frame: Frame): Action[] {
  return [
    ...planActions(frame),
    ...viewActions(frame),
    ...sessionActions(frame),
    ...databaseActions(frame),
    ...databasePartActions(),
    ...historyActions(frame),
    ...windowActions(frame),
  ];
}

/** Does the action whose keys were pressed. Over a dialog, only the palette's own keys close it again. */
export function press(event: KeyboardEvent, frame: Frame) {
  const target = event.target instanceof HTMLElement ? event.target : null;
  const typing =
    target !== null &&
    target.closest('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]') !==
      null;
  const dialog = document.querySelector('dialog[open]') !== null;
  const action = actions(frame).find(({ keys }) => isPressed(event, keys));
  if (!action || event.defaultPrevented) return;
  if (typing && (isTyped(action.keys) || ownOfFields.has(action.id))) return;
  // Reloading or printing the page itself is never what is meant here.
  event.preventDefault();
  if (dialog && !(action.id === 'palette' && desk.palette)) return;
  const why = action.refused?.() ?? null;
  if (why === null) action.do();
  else desk.say(`${action.name}: ${why}`);
}

/** A field and the editor of SQL have an undo of their own. */
const ownOfFields = new Set(['undo', 'redo']);

export { act };
