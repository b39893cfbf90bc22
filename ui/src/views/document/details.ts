// What the keys beside a text become when a person has typed them.
import type { Detail, Edit, Plan, Problem } from '../../ipc/types';
import { slip } from './save';
import { readDuration, writeDuration } from './typed';

/** True for what is not there and need not be. Of two that stand for each other both are shown. */
export function unset(detail: Detail): boolean {
  if (detail.instead) return false;
  return detail.absent !== '' || detail.form === 'pairs'
    ? detail.text === '' && detail.pairs.length === 0
    : false;
}

/** Returns the edits that write a detail, or what is wrong with it. */
export function editsOfDetail(step: string, detail: Detail, text: string): Edit[] | Problem {
  const set = (path: string[], value: Extract<Edit, { do: 'set' }>['value']): Edit => ({
    do: 'set',
    sort: 'step',
    id: step,
    path,
    value,
  });
  if (text === '') {
    if (detail.absent === '') return slip(`${detail.label} cannot be left empty.`);
    if (detail.instead) return slip('One of the two is needed.', 'Name the other one instead.');
    return [set(detail.path, null)];
  }
  // The new key comes first, so that a short spelling of the old one can become a table.
  const rest: Edit[] = detail.instead ? [set(detail.instead, null)] : [];
  switch (detail.form) {
    case 'whole':
      if (!/^\d{1,9}$/.test(text)) return slip(`“${text}” is no whole number.`, 'Write 0, 1, 2 or more.');
      return [set(detail.path, Number(text)), ...rest];
    case 'duration': {
      const ms = readDuration(text);
      if (ms === undefined) return slip(`“${text}” is no duration.`, 'Write 250ms, 30s or 5m.');
      return [set(detail.path, writeDuration(ms)), ...rest];
    }
    case 'yes':
      return [set(detail.path, true), ...rest];
    case 'list':
      return [
        set(
          detail.path,
          text.split(',').flatMap((one) => one.trim() || []),
        ),
        ...rest,
      ];
    default:
      return [set(detail.path, text), ...rest];
  }
}

/** Returns the edits that write `NAME=value` in the place of the pair of this name; empty takes it away. */
export function editsOfPair(
  step: string,
  detail: Detail,
  old: string | null,
  text: string,
): Edit[] | Problem {
  const at = (name: string) => [...detail.path, name];
  const gone: Edit[] =
    old === null ? [] : [{ do: 'set', sort: 'step', id: step, path: at(old), value: null }];
  if (text === '') return gone;
  const cut = text.indexOf('=');
  const name = cut < 0 ? '' : text.slice(0, cut).trim();
  if (name === '') return slip(`“${text}” names no variable.`, 'Write NAME=value.');
  if (name !== old && detail.pairs.some((pair) => pair.name === name))
    return slip(`${name} is there already.`, 'Change its value instead.');
  const set: Edit = { do: 'set', sort: 'step', id: step, path: at(name), value: text.slice(cut + 1) };
  return name === old ? [set] : [set, ...gone];
}

/** Returns what a detail that names something is chosen from. */
export function optionsOf(plan: Plan, step: string, detail: Detail): { value: string; label: string }[] {
  const plain = (ids: string[]) => ids.map((id) => ({ value: id, label: id }));
  const named =
    detail.form === 'target'
      ? plain(plan.targets.map((target) => target.id))
      : detail.form === 'backup_step'
        ? plan.steps
            .filter((one) => one.kind === 'backup' && one.id !== step)
            .map((one) => ({ value: one.id, label: one.title }))
        : plain(detail.options);
  return [{ value: '', label: detail.absent || 'none' }, ...named];
}
