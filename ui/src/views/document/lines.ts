// The lines of text a block consists of, whatever its sort: what each is called, where it is written, what it refuses.
import type { Plan, Problem, Setting, Sort, Step } from '../../ipc/types';
import { exact } from '../../parts/grid/visible';
import type { Block } from './outline';
import { save, slip } from './save';
import { readDuration, readMoment, writeDuration } from './typed';

export type Line = {
  label: string;
  value: string;
  testid: string;
  onsave: (text: string) => Promise<Problem | null> | Problem | null;
  placeholder?: string;
  /** How the value reads when it is not edited. */
  shown?: string;
  look?: 'title' | 'heading' | 'prose' | 'mono' | 'plain';
  lines?: 'one' | 'many';
  among?: string[];
  absent?: 'said' | 'offered';
  /** Word before it; without one it stands alone. */
  before?: string;
  wide?: 'wide';
};
export type Element = Extract<Block, { sort: 'window' | 'checklist' | 'risk' | 'criterion' | 'card' }>;

/** Writes one key of an element; nothing takes it away. */
export function set(sort: Sort, id: string, key: string, value: Setting | null): Promise<Problem | null> {
  const of = sort === 'step' ? id : `${sort} ${id}`;
  return save(`Change the ${key} of ${of}`, [
    { do: 'set', sort, id, path: [key], value: value === '' ? null : value },
  ]);
}

/** Returns a line for a key that holds a text. */
function words(sort: Sort, id: string, key: string, value: string | null, line: Partial<Line> = {}): Line {
  return {
    label: key.charAt(0).toUpperCase() + key.slice(1),
    value: value ?? '',
    testid: `${sort}-${key}-${id}`,
    onsave: (text) => set(sort, id, key, text),
    ...line,
  };
}

/** Returns the heading of an element that is named by its id when it has no title. */
function heading(sort: Sort, of: { id: string; title: string }, label: string): Line {
  const value = of.title === of.id ? '' : of.title;
  return words(sort, of.id, 'title', value, { label, placeholder: exact(of.id), look: 'heading' });
}

/** Returns a line that cannot be empty. */
function needed(line: Line, refusal: string): Line {
  return { ...line, onsave: (text) => (text === '' ? slip(refusal) : line.onsave(text)) };
}

/** Returns a line that holds a duration. */
function lasts(line: Line, ms: number | null, write: (ms: number | null) => Promise<Problem | null>): Line {
  return {
    ...line,
    value: ms === null ? '' : writeDuration(ms),
    onsave: (text) => {
      const read = text === '' ? null : readDuration(text);
      if (read === undefined) return slip(`“${text}” is no duration.`, 'Write 30s, 5m, 4h or 1h30m.');
      return write(read);
    },
  };
}

/** Returns the lines of a step. */
export function stepLines(step: Step, owners: string[]) {
  const { id } = step;
  const line = (key: string, more: Partial<Line>) => words('step', id, key, null, more);
  return {
    title: { ...heading('step', step, 'Title'), testid: `title-${id}` },
    id: line('id', {
      value: id,
      shown: exact(id),
      look: 'mono',
      testid: `id-${id}`,
      onsave: (to) =>
        to === '' ? slip('A step has an id.') : save(`Rename ${id}`, [{ do: 'rename_step', id, to }]),
    }),
    facts: [
      lasts(
        line('estimate', { before: 'Estimate', placeholder: 'none', testid: `estimate-${id}` }),
        step.estimate_ms,
        (ms) => save(`Change the estimate of ${id}`, [{ do: 'set_estimate', id, ms }]),
      ),
      lasts(
        line('timeout', { before: 'Timeout', placeholder: 'none', testid: `timeout-${id}` }),
        step.timeout_ms,
        (ms) => set('step', id, 'timeout', ms === null ? null : writeDuration(ms)),
      ),
      line('owner', {
        value: step.owner ?? '',
        before: 'Owner',
        placeholder: 'nobody',
        among: owners,
        testid: `owner-${id}`,
      }),
    ],
    notes: line('notes', {
      value: step.notes,
      placeholder: 'Add notes',
      absent: 'offered',
      look: 'prose',
      lines: 'many',
      testid: `notes-${id}`,
    }),
  };
}

/** What an element is made of, from top to bottom. */
export type Lines = {
  title: Line;
  facts: Line[];
  prose: Line[];
  /** The steps it names; missing where it names none. */
  steps?: { ids: string[]; label: string; none: string };
};

/** Returns the lines of an element that is no step. */
export function elementLines(plan: Plan, block: Element): Lines {
  const prose = { look: 'prose', lines: 'many' } as const;
  switch (block.sort) {
    case 'window': {
      const { window } = block;
      return {
        title: heading('window', window, 'Window'),
        facts: [
          words('window', window.id, 'opens', window.opens?.replace('T', ' ') ?? '', {
            before: 'Opens',
            placeholder: 'with its first step',
            onsave: (text) => {
              const at = text === '' ? null : readMoment(text);
              if (at === undefined) return slip(`“${text}” is no moment.`, 'Write 2026-12-05 01:00.');
              return set('window', window.id, 'opens', at);
            },
          }),
          needed(
            lasts(words('window', window.id, 'length', '', { before: 'Open for' }), window.length_ms, (ms) =>
              set('window', window.id, 'length', writeDuration(ms ?? 0)),
            ),
            'A window is open for a while.',
          ),
        ],
        prose: [],
        steps: { ids: window.steps, label: 'Steps', none: 'none named: it applies to the whole plan' },
      };
    }
    case 'risk': {
      const { risk } = block;
      return {
        title: needed(
          words('risk', risk.id, 'title', risk.title, { label: 'Risk', look: 'heading' }),
          'A risk has a title.',
        ),
        facts: [],
        prose: [
          words('risk', risk.id, 'mitigation', risk.mitigation, {
            ...prose,
            placeholder: 'What is done about it?',
          }),
        ],
        steps: { ids: risk.steps, label: 'Mitigated by', none: 'no step' },
      };
    }
    case 'criterion': {
      const { criterion } = block;
      const fact = { placeholder: 'none', look: 'mono' } as const;
      return {
        title: needed(
          words('criterion', criterion.id, 'title', criterion.title, { label: 'Criterion', look: 'heading' }),
          'A criterion has a title.',
        ),
        // Of very many nobody chooses from a list; the id is typed.
        facts:
          plan.steps.length > LISTED
            ? [
                words('criterion', criterion.id, 'check', criterion.check, {
                  ...fact,
                  before: 'Shown by the check',
                }),
                words('criterion', criterion.id, 'item', criterion.item, { ...fact, before: 'or the item' }),
              ]
            : [],
        prose: [],
      };
    }
    case 'card': {
      const { card } = block;
      return {
        title: needed(
          words('card', card.id, 'issue', card.issue, { look: 'heading' }),
          'A card has an issue.',
        ),
        facts: [],
        prose: [
          words('card', card.id, 'symptoms', card.symptoms.join('\n'), {
            label: 'Symptoms, one a line',
            placeholder: 'a text of the error',
            look: 'mono',
            lines: 'many',
            before: 'Recognised by',
            wide: 'wide',
            onsave: (text) => {
              const list = text.split('\n').flatMap((one) => one.trim() || []);
              return set('card', card.id, 'symptoms', list.length ? list : null);
            },
          }),
          needed(
            words('card', card.id, 'solution', card.solution, {
              ...prose,
              placeholder: 'What is to be done?',
            }),
            'A card has a solution.',
          ),
        ],
        steps: { ids: card.steps, label: 'Of', none: 'any step' },
      };
    }
    case 'checklist': {
      const { checklist } = block;
      return {
        title: heading('checklist', checklist, 'Checklist'),
        // Of very many steps nobody chooses from a list; the id is typed.
        facts:
          plan.steps.length > LISTED
            ? [
                words('checklist', checklist.id, 'before', checklist.before, {
                  before: 'Before',
                  placeholder: 'any time',
                  look: 'mono',
                }),
              ]
            : [],
        prose: [],
      };
    }
  }
}

/** Most steps that are offered as a list. */
export const LISTED = 500;
