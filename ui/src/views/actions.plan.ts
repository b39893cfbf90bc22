// What can be done to plans.
import { visible } from '../parts/grid/visible';
import { desk, plans } from '../state';
import { act } from './act.svelte';
import type { Action, Frame } from './action';
import { hindrance } from './plans/hindrance';

const NO_PLAN = 'No plan is open.';

export function planActions(frame: Frame): Action[] {
  const plan = plans.plan;
  const needed = () => (plans.plan ? null : NO_PLAN);
  return [
    {
      id: 'new-plan',
      name: 'Make a new plan…',
      group: 'Plan',
      keys: 'Ctrl+N',
      do: () => (frame.go('plans'), act.make()),
    },
    { id: 'open-plan', name: 'Open a plan…', group: 'Plan', keys: 'Ctrl+O', do: frame.open },
    {
      id: 'run-plan',
      name: plan ? `Run “${visible(plan.name)}”…` : 'Run the open plan…',
      group: 'Plan',
      keys: 'Ctrl+R',
      refused: () => (plans.plan ? hindrance(plans.plan, plans.gone !== null) : NO_PLAN),
      do: () => (frame.go('plans'), act.run()),
    },
    {
      id: 'undo',
      name: plans.undoable ? `Undo: ${plans.undoable}` : 'Undo',
      group: 'Plan',
      keys: 'Ctrl+Z',
      refused: () =>
        needed() ??
        (plans.undoable || plans.saving > 0 ? null : 'Nothing was changed since the plan was opened.'),
      do: () => void plans.undo(),
    },
    {
      id: 'redo',
      name: plans.redoable ? `Redo: ${plans.redoable}` : 'Redo',
      group: 'Plan',
      keys: 'Ctrl+Shift+Z',
      refused: () => needed() ?? (plans.redoable || plans.saving > 0 ? null : 'Nothing was undone.'),
      do: () => void plans.redo(),
    },
    {
      id: 'reload-plan',
      name: 'Read the plan again',
      group: 'Plan',
      keys: 'F5',
      refused: needed,
      do: () => void plans.reload(),
    },
    {
      id: 'print',
      name: 'Print the plan and its checklists…',
      group: 'Plan',
      keys: 'Ctrl+P',
      refused: () => (plans.plan || desk.place === 'session' ? null : NO_PLAN),
      do: frame.print,
    },
    {
      id: 'export-timeline',
      name: 'Export the timeline…',
      group: 'Plan',
      keys: 'Ctrl+Shift+E',
      refused: needed,
      do: () => (frame.go('plans'), (act.sheet = 'timeline')),
    },
    {
      id: 'close-plan',
      name: 'Close the plan',
      group: 'Plan',
      keys: 'Ctrl+W',
      refused: needed,
      do: () => (frame.go('plans'), plans.close()),
    },
  ];
}
