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

/** Makes a problem of what is wrong with something typed. */
export function slip(message: string, hint = ''): Problem {
  return { code: 'typed', message, hint, line: null, column: null };
}
