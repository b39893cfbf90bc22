// What a plan runs, piece by piece, as the sheet before a start lists it.
import type { Passage, Plan, Step } from '../ipc/types';
import { visible } from '../parts/grid/visible';
import { capital } from '../words/format';
import { alike, plain } from '../words/names';

export type Run = {
  step: string;
  name: string;
  label: string;
  text: string;
  left: number;
  /** SQL or a program, as against what is only told. */
  code: boolean;
  command: boolean;
};

export type Runs = {
  does: Run[];
  undos: Run[];
  /** Steps that have an undo. */
  undoable: number;
  commands: number;
  sql: number;
};

/** Lists all that each step does, its checks too: that is what trust is given for. */
export function runsOf({ steps }: Plan): Runs {
  const twice = alike(steps);
  const of = (step: Step) => ({
    step: step.id,
    name: plain({ id: step.id, title: visible(step.title) }, twice),
  });
  const passages = (step: Step, list: Passage[], prefix = ''): Run[] =>
    list.map((passage) => ({
      ...of(step),
      label: prefix + passage.label,
      text: passage.text,
      left: passage.left_out,
      code: passage.code,
      command: passage.code && passage.label.startsWith('Command'),
    }));

  const does = steps.flatMap((step) => {
    const checks = step.checks.map((check) => ({
      ...of(step),
      label: check.command ? 'Check by command' : 'Check',
      text: check.test,
      left: 0,
      code: true,
      command: check.command,
    }));
    const all = [...passages(step, step.does), ...checks];
    if (all.length > 0) return all;
    return [{ ...of(step), label: capital(step.kind), text: '', left: 0, code: false, command: false }];
  });
  const commands = does.filter((run) => run.command).length;
  return {
    does,
    undos: steps.flatMap((step) => passages(step, step.undo, 'Undo: ')),
    undoable: steps.filter((step) => step.undo.length > 0).length,
    commands,
    sql: does.filter((run) => run.code).length - commands,
  };
}

/** About how many lines these need where a line holds so many characters. */
export function linesOf(runs: Run[], wide = 90): number {
  const lines = (text: string) =>
    text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / wide)), 0);
  return runs.reduce((sum, { name, label, text }) => sum + lines(`${name} ${label}`) + lines(text), 0);
}
