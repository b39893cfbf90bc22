// Rows of a result, written to a file a person chooses.
import { chooseRows } from '../../ipc/dialogs';
import type { Query } from '../../state/query.svelte';

export async function writeRows(query: Query) {
  const file = await chooseRows(`${query.connection}.csv`).catch(() => null);
  if (file) await query.export(file);
}
