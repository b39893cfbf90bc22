// Mounts the graph alone, for looking at it: `/tests/mock/graph.html#steps=5000&theme=dark&case=session`.
import { mount } from 'svelte';
import '../../src/tokens.css';
import '../../src/base.css';
import Graph from '../../src/parts/graph/Graph.svelte';
import type { Row } from '../../src/parts/shapes';
import type { StatusWord } from '../../src/words/words';

const wish = new URLSearchParams(location.hash.slice(1));
const count = Number(wish.get('steps') ?? 12);
const which = wish.get('case') ?? '';
document.documentElement.dataset['theme'] = wish.get('theme') ?? 'light';

const kinds = ['sql', 'command', 'check', 'gate', 'command', 'backup', 'manual'];
const statuses: StatusWord[] = ['succeeded', 'running', 'failed', 'paused', 'skipped', 'undone', 'waiting'];
const phases = count > 100 ? 12 : 3;
const title = (index: number) =>
  which === 'long'
    ? `${'Übertrage_die_sehr_lange_Spalte'.repeat(6)} ${index} <img src=x onerror=alert(1)> \u202egnp.exe`
    : `Step ${index}: fill the audit columns of table ${index % 37}`;

const rows: Row[] = Array.from({ length: count }, (_, index) => ({
  id: `s${index}`,
  title: title(index),
  kind: kinds[index % kinds.length]!,
  phase: `p${Math.floor((index * phases) / count)}`,
  after: [1, 3, 8].flatMap((back) => (index >= back && (index * back) % 3 !== 2 ? [`s${index - back}`] : [])),
  status:
    which === 'session'
      ? index < count * 0.6
        ? 'succeeded'
        : (statuses[index % statuses.length] ?? 'waiting')
      : 'planned',
  back: false,
  critical: index % 3 === 0,
  pointOfNoReturn: index === Math.floor(count * 0.7),
  downtime: index % 5 === 2,
  destructive: index % 6 === 4,
  noUndo: index % 4 === 1,
  repeatable: index % 5 < 2,
  owner: null,
  plannedMs: 60_000 + index * 1000,
  startMs: index * 60_000,
  finishMs: index * 60_000 + 180_000,
  slackMs: 0,
  ran: null,
  undo: null,
  elapsedMs: null,
  finallyFor: null,
}));
for (const row of rows)
  if (row.status === 'running')
    row.ran = { status: 'running', startMs: row.startMs!, finishMs: null, elapsedMs: null };
if (which === 'wrong') {
  // Two short cycles, one over a phase, and one that comes round far below.
  for (const [id, before] of [
    ['s0', 's1'],
    ['s4', 's9'],
    ['s5', 's6'],
    ['s1', 's11'],
  ])
    rows.find((row) => row.id === id)?.after.push(before!);
}
const lanes = Array.from({ length: phases }, (_, index) => ({
  id: `p${index}`,
  title: which === 'long' ? `Phase ${index} ${'with a name that never ends '.repeat(9)}` : `Phase ${index}`,
}));

const host = document.getElementById('app')!;
host.style.height = '100%';
mount(Graph, {
  target: host,
  props: {
    rows,
    lanes,
    selected: wish.get('selected') ?? rows[Math.min(2, rows.length - 1)]?.id ?? null,
    onselect: () => {},
    nowMs: which === 'session' ? count * 60_000 : null,
    search: wish.get('search') ?? '',
    problems: new Map(
      which === 'wrong'
        ? [
            ['s2', ['Step "s2": an earlier step has the same id', 'Step "s2" has no kind']],
            ['s7', ['Step "s7": unknown key sqll']],
          ]
        : [],
    ),
    details: (id: string) => [
      {
        label: 'SQL',
        text: `ALTER TABLE ${id} ADD COLUMN created_by bigint REFERENCES users (id);`,
        code: true,
      },
      { label: 'SQL', text: `UPDATE ${id} SET created_by = owner WHERE created_by IS NULL`, code: true },
      { label: 'Check: none is empty', text: 'SELECT count(*) FROM t WHERE created_by IS NULL', code: true },
    ],
    ...(which === 'session' ? {} : { onedge: () => {} }),
  },
});
const press = wish.get('press');
if (press) setTimeout(() => document.querySelector<HTMLElement>(`[data-testid="${press}"]`)?.click(), 1500);
