// Where a step goes when it is moved one place up or down in the document.
import type { Edit, Plan, Step } from '../../ipc/types';
import type { Block } from './outline';

/** Returns the edits that move a step one place up (-1) or down (1); none at the end of the document. */
export function moved(plan: Plan, blocks: Block[], step: Step, way: -1 | 1): Edit[] {
  const here = blocks.findIndex((block) => block.sort === 'step' && block.step === step);
  const next = blocks[here + way];
  if (here < 0 || !next) return [];
  if (next.sort === 'step') {
    // Right before the one above, or right after the one below.
    const after = way === 1 ? next.step.id : above(plan, next.step.id, step.id);
    return [{ do: 'move_step', id: step.id, after }];
  }
  if (next.sort !== 'phase' && next.sort !== 'rest') return [];
  // Over the heading of a phase: into the one before it, or into the one it begins.
  const heading =
    way === 1
      ? next
      : blocks.slice(0, here - 1).findLast((block) => block.sort === 'phase' || block.sort === 'rest');
  if (!heading) return [];
  const phase = heading.sort === 'phase' ? heading.phase.id : null;
  const edits: Edit[] = [{ do: 'set', sort: 'step', id: step.id, path: ['phase'], value: phase }];
  const neighbour = way === 1 ? blocks[here + 2] : blocks[here - 2];
  if (neighbour?.sort === 'step') {
    const after = way === 1 ? above(plan, neighbour.step.id, step.id) : neighbour.step.id;
    if (above(plan, step.id, '') !== after) edits.push({ do: 'move_step', id: step.id, after });
  }
  return edits;
}

/** Returns the step right above another in the file, passing over one that is on its way. */
function above(plan: Plan, id: string, passing: string): string | null {
  let before: string | null = null;
  for (const step of plan.steps) {
    if (step.id === id) return before;
    if (step.id !== passing) before = step.id;
  }
  return before;
}
