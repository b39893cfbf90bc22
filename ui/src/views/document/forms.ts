// What is asked for before something is added to a plan, and the edit it becomes.
import type { Edit, Plan, Problem, Setting } from '../../ipc/types';
import { checksOf } from '../checklists/checks';
import { slip } from './save';
import { readDuration, readExpectation, readMoment, readWords, writeDuration } from './typed';

export type Addable =
  'step' | 'phase' | 'window' | 'checklist' | 'risk' | 'criterion' | 'card' | 'item' | 'check';

/** What is added, and beside what. */
export type Wish = { sort: Addable; after?: string | null; phase?: string | null; of?: string };

export type Ask = {
  key: string;
  label: string;
  lines: 'one' | 'many' | 'choice';
  needed?: boolean;
  mono?: boolean;
  options?: { value: string; label: string }[];
  placeholder?: string;
};

export const words: Record<Addable, string> = {
  step: 'step',
  phase: 'phase',
  window: 'maintenance window',
  checklist: 'checklist',
  risk: 'risk',
  criterion: 'success criterion',
  card: 'troubleshooting card',
  item: 'checklist item',
  check: 'check',
};

const kinds = [
  { value: 'sql', label: 'SQL', ask: 'Statements', placeholder: 'ALTER TABLE …;', mono: true },
  {
    value: 'command',
    label: 'Command',
    ask: 'Program and arguments',
    placeholder: './deploy.sh --now',
    mono: true,
  },
  { value: 'check', label: 'Check', ask: 'Query', placeholder: 'SELECT count(*) FROM …', mono: true },
  {
    value: 'manual',
    label: 'By hand',
    ask: 'Instructions',
    placeholder: 'What a person does and signs',
    mono: false,
  },
  { value: 'gate', label: 'Gate', ask: 'Question', placeholder: 'Go or no-go?', mono: false },
  { value: 'wait', label: 'Wait', ask: 'How long', placeholder: '10m', mono: false },
  { value: 'backup', label: 'Backup', ask: 'File', placeholder: 'backups/before-{time}', mono: true },
];

/** What a kind is called, and every key it cannot do without, as it is asked for. */
type Form = { value: string; label: string; needs: Record<string, Omit<Ask, 'key' | 'needed'>> };

const statements = { label: 'Statements', lines: 'many', mono: true } as const;
const query = { label: 'Query', lines: 'many', mono: true, placeholder: 'SELECT count(*) FROM …' } as const;
const program = {
  label: 'Program and arguments',
  lines: 'one',
  mono: true,
  placeholder: './deploy.sh --now',
} as const;
const expected = {
  label: 'Expected',
  lines: 'one',
  mono: true,
  placeholder: '0, at least 1, 3 rows',
} as const;

/** Kinds a step can be given. */
export const forms: Form[] = [
  { value: 'sql', label: 'SQL', needs: { text: statements } },
  { value: 'command', label: 'Command', needs: { run: program } },
  { value: 'check', label: 'Check', needs: { sql: query, expect: expected } },
  {
    value: 'manual',
    label: 'By hand',
    needs: { instructions: { label: 'Instructions', lines: 'many' } },
  },
  { value: 'gate', label: 'Gate', needs: { question: { label: 'Question', lines: 'many' } } },
  {
    value: 'wait',
    label: 'Wait',
    needs: { for: { label: 'How long', lines: 'one', placeholder: '10m' }, expect: expected },
  },
  {
    value: 'flag',
    label: 'Flag',
    needs: {
      name: { label: 'Flag', lines: 'one' },
      stage: { label: 'Set to', lines: 'one', placeholder: 'dual_write' },
      sql: { ...statements, placeholder: 'UPDATE flags SET stage = :stage WHERE …' },
    },
  },
  {
    value: 'backup',
    label: 'Backup',
    needs: { file: { label: 'File', lines: 'one', mono: true, placeholder: 'backups/before-{time}' } },
  },
  {
    value: 'restore',
    label: 'Restore',
    needs: { backup: { label: 'From the backup of', lines: 'choice' } },
  },
];

/** Returns what is asked for before a step gets another kind. */
export function asksOfKind(plan: Plan, kind: string, needs: string[]): Ask[] {
  const form = forms.find((one) => one.value === kind);
  return needs.flatMap((key) => {
    const ask = form?.needs[key];
    if (!ask) return [];
    const backups = plan.steps.filter((step) => step.kind === 'backup');
    const options = backups.map((step) => ({ value: step.id, label: step.title }));
    return [{ ...ask, key, needed: true, ...(ask.lines === 'choice' ? { options } : {}) }];
  });
}

/** Returns the edit that gives a step another kind, or what is wrong with an answer and which one. */
export function kindEdit(
  step: string,
  to: string,
  asked: Ask[],
  given: Record<string, string>,
): { edits: Edit[] } | { key: string; problem: Problem } {
  const values: [string[], Setting][] = [];
  for (const { key } of asked) {
    const text = (given[key] ?? '').trim();
    if (text === '') return { key, problem: slip('It is needed.', 'Fill it in.') };
    if (key === 'run') {
      const run = readWords(text);
      if (!run?.length) return { key, problem: slip('A quote is not closed.', 'Close it.') };
      values.push([[key], run]);
    } else if (key === 'for') {
      const ms = readDuration(text);
      if (ms === undefined) return { key, problem: slip(`“${text}” is no duration.`, 'Write 30s or 10m.') };
      values.push([[key], writeDuration(ms)]);
    } else if (key === 'expect') {
      for (const [path, value] of readExpectation(text)) values.push([[key, ...path], value]);
    } else values.push([[key], text.includes('\n') ? `${text}\n` : text]);
  }
  return { edits: [{ do: 'set_kind', id: step, to, values }] };
}

/** Returns what is asked for. */
export function asks(wish: Wish, plan: Plan, kind: string): Ask[] {
  const title: Ask = { key: 'title', label: 'Title', lines: 'one', needed: true };
  switch (wish.sort) {
    case 'step': {
      const form = kinds.find((one) => one.value === kind) ?? kinds[0]!;
      const one = ['wait', 'backup', 'command'].includes(form.value);
      const list: Ask[] = [
        title,
        { key: 'kind', label: 'Kind', lines: 'choice', options: kinds },
        {
          key: 'text',
          label: form.ask,
          lines: one ? 'one' : 'many',
          needed: true,
          mono: form.mono,
          placeholder: form.placeholder,
        },
      ];
      if (form.value === 'check') list.push(expects);
      if (plan.targets.length > 1)
        list.push({
          key: 'target',
          label: 'Target',
          lines: 'choice',
          options: plan.targets.map((target) => ({ value: target.id, label: target.id })),
        });
      return [...list, { key: 'estimate', label: 'Estimate', lines: 'one', placeholder: '5m' }];
    }
    case 'check':
      return [title, { key: 'text', label: 'Query', lines: 'many', needed: true, mono: true }, expects];
    case 'risk':
      return [title, { key: 'mitigation', label: 'What is done about it', lines: 'many' }];
    case 'window':
      return [
        title,
        { key: 'opens', label: 'Opens', lines: 'one', placeholder: '2026-12-05 01:00' },
        { key: 'length', label: 'Open for', lines: 'one', needed: true, placeholder: '4h' },
      ];
    case 'criterion': {
      const check: Ask = { key: 'check', label: 'Shown by the check', lines: 'choice' };
      check.options = [{ value: '', label: 'None, people judge it' }, ...checksOf(plan)];
      return [title, check];
    }
    case 'card':
      return [
        { key: 'title', label: 'What goes wrong', lines: 'one', needed: true },
        { key: 'symptom', label: 'Text of the error', lines: 'one', mono: true },
        { key: 'solution', label: 'What to do', lines: 'many', needed: true },
      ];
    case 'item':
      return [title, { key: 'owner', label: 'Who ticks it', lines: 'one' }];
    default:
      return [title];
  }
}

const expects: Ask = {
  key: 'expect',
  label: 'Expected',
  lines: 'one',
  needed: true,
  mono: true,
  placeholder: '0, at least 1, 3 rows',
};

/** Returns the ids an element of this sort must not have. */
export function takenIds(wish: Wish, plan: Plan): string[] {
  switch (wish.sort) {
    case 'step':
      return plan.steps.map((step) => step.id);
    case 'phase':
      return plan.phases.map((phase) => phase.id);
    case 'window':
      return plan.windows.map((window) => window.id);
    case 'checklist':
      return plan.checklists.map((list) => list.id);
    case 'risk':
      return plan.risks.map((risk) => risk.id);
    case 'criterion':
      return plan.criteria.map((criterion) => criterion.id);
    case 'card':
      return plan.cards.map((card) => card.id);
    case 'item':
      return plan.checklists.flatMap((list) => list.items.map((item) => item.id));
    case 'check':
      return plan.steps.find((step) => step.id === wish.of)?.checks.map((check) => check.id) ?? [];
  }
}

/** Returns the edits that add it, or what is wrong with an answer and which one. */
export function editsOf(
  wish: Wish,
  id: string,
  given: Record<string, string>,
): { edits: Edit[] } | { key: string; problem: Problem } {
  const text = (key: string) => (given[key] ?? '').trim();
  const title = text('title');
  const values: [string[], Setting][] = [];
  const wrong = (key: string, message: string, hint: string) => ({ key, problem: slip(message, hint) });
  const expectation = (base: string[]): [string[], Setting][] =>
    readExpectation(text('expect')).map(([path, value]) => [[...base, ...path], value]);
  /** A check is set after its step is there: only then its own table can be written. */
  const check = (step: string, named: string): Edit[] => {
    const base = ['check', `id:${named}`];
    const set = (path: string[], value: Setting): Edit => ({
      do: 'set',
      sort: 'step',
      id: step,
      path,
      value,
    });
    return [
      set([...base, 'title'], title),
      set([...base, 'sql'], text('text')),
      ...expectation([...base, 'expect']).map(([path, value]) => set(path, value)),
    ];
  };

  if (wish.sort === 'step') {
    const kind = text('kind') || 'sql';
    const body = text('text');
    if (wish.phase) values.push([['phase'], wish.phase]);
    if (text('target')) values.push([['target'], text('target')]);
    if (text('estimate')) {
      const ms = readDuration(text('estimate'));
      if (ms === undefined)
        return wrong('estimate', `“${text('estimate')}” is no duration.`, 'Write 30s or 5m.');
      values.push([['estimate'], writeDuration(ms)]);
    }
    if (kind === 'command') {
      const run = readWords(body);
      if (!run?.length) return wrong('text', 'A quote is not closed.', 'Close it.');
      values.push([['command'], run]);
    } else if (kind === 'wait') {
      const ms = readDuration(body);
      if (ms === undefined) return wrong('text', `“${body}” is no duration.`, 'Write 30s or 10m.');
      values.push([['wait'], writeDuration(ms)]);
    } else if (kind !== 'check') values.push([[kind], body.includes('\n') ? `${body}\n` : body]);
    const step: Edit = { do: 'add_step', id, title, after: wish.after ?? null, values };
    return { edits: kind === 'check' ? [step, ...check(id, id)] : [step] };
  }
  if (wish.sort === 'check') return { edits: check(wish.of ?? '', id) };
  if (wish.sort === 'item') {
    const list = wish.of ?? '';
    const edits: Edit[] = [{ do: 'add_item', checklist: list, id, title }];
    if (text('owner'))
      edits.push({
        do: 'set',
        sort: 'checklist',
        id: `${list}/${id}`,
        path: ['owner'],
        value: text('owner'),
      });
    return { edits };
  }
  values.push([[wish.sort === 'card' ? 'issue' : 'title'], title]);
  for (const key of ['mitigation', 'solution', 'check']) if (text(key)) values.push([[key], text(key)]);
  if (text('symptom')) values.push([['symptoms'], [text('symptom')]]);
  if (text('opens')) {
    const at = readMoment(text('opens'));
    if (at === undefined)
      return wrong('opens', `“${text('opens')}” is no moment.`, 'Write 2026-12-05 01:00.');
    values.push([['opens'], at]);
  }
  if (wish.sort === 'window') {
    const ms = readDuration(text('length'));
    if (ms === undefined) return wrong('length', `“${text('length')}” is no duration.`, 'Write 30m or 4h.');
    values.push([['length'], writeDuration(ms)]);
  }
  return { edits: [{ do: 'add', sort: wish.sort, id, values }] };
}
