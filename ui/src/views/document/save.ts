// Writes a change of the document and returns what stands against it, for the field it was made in.
import type { Edit, Problem } from '../../ipc/types';
import { plans } from '../../state';

export async function save(what: string, edits: Edit[]): Promise<Problem | null> {
  if (await plans.edit(what, edits)) return null;
  const refusal = plans.refusal;
  // It stands at its field; once is enough.
  plans.refusal = null;
  return refusal;
}

/** Keeps what was typed into a field that is gone: it is written, or said with what stands against it. */
export async function rescue(
  label: string,
  text: string,
  write: (() => Promise<Problem | null> | Problem | null) | null,
): Promise<void> {
  let problem: Problem | null = slip('The place has changed meanwhile.', 'Copy it from here if you need it.');
  try {
    if (write) problem = await write();
  } catch {
    // The place it belonged to is gone with the field.
  }
  if (!problem) return;
  plans.refusal = {
    ...problem,
    message: `What you typed for “${label}” is not in the plan: “${text}”. ${problem.message}`,
  };
}

/** Makes a problem of what is wrong with something typed. */
export function slip(message: string, hint = ''): Problem {
  return { code: 'typed', message, hint, line: null, column: null };
}
