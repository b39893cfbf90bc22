//! The style sheet of the page: paper first, screen in light and dark.

/// Inline style sheet; it loads nothing.
pub(super) const CSS: &str = "
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1d2126; --soft: #5b636d; --line: #d5d9de; --fill: #f4f5f7;
  --good: #17692f; --good-fill: #e3f3e7; --bad: #a81e1e; --bad-fill: #fbe6e5;
  --caution: #855300; --caution-fill: #fdf0d3; --neutral: #4d5661; --neutral-fill: #e9ecef;
  --undo: #6a3fa0; --bar-good: #2f8f4e; --bar-bad: #cf3a36; --bar-caution: #d08a12; --bar-neutral: #97a0aa;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #16191d; --ink: #e4e7ea; --soft: #9ca5af; --line: #353b43; --fill: #1f2429;
    --good: #7fd497; --good-fill: #17301e; --bad: #ff9d97; --bad-fill: #3d1a1a;
    --caution: #f0c064; --caution-fill: #36290f; --neutral: #b4bcc5; --neutral-fill: #2a3037;
    --undo: #b894ea; --bar-good: #45ad68; --bar-bad: #e2605b; --bar-caution: #d79b33; --bar-neutral: #6d7782;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
  print-color-adjust: exact; -webkit-print-color-adjust: exact;
}
main { max-width: 66rem; margin: 0 auto; padding: 2rem 1.5rem 4rem; }
h1 { font-size: 2rem; line-height: 1.2; margin: 1rem 0 .25rem; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 2.5rem 0 .6rem; padding-bottom: .3rem; border-bottom: 2px solid var(--line); }
h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; }
p { margin: .3rem 0; }
code, pre { font: .87em/1.45 ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', monospace; }
pre { margin: .35rem 0; padding: .5rem .65rem; background: var(--fill); border: 1px solid var(--line); border-radius: 4px; white-space: pre-wrap; }
pre code { font-size: 1em; }
.quiet { color: var(--soft); font-weight: 400; }
.prose, .value { white-space: pre-line; }
.value { font: .87em/1.45 ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', monospace; line-height: 1.7; white-space: pre-wrap; }
.lead { color: var(--soft); max-width: 46rem; }
.id { color: var(--soft); font-weight: 400; }
.tag { font-size: .78rem; font-weight: 400; border: 1px solid currentColor; border-radius: 3px; padding: 0 .3rem; color: var(--caution); white-space: nowrap; }

.band { display: flex; gap: 1rem; align-items: baseline; margin: 0; padding: .45rem .9rem; border-radius: 4px; color: #fff; }
.band b { text-transform: uppercase; letter-spacing: .08em; }
.band .right { margin-left: auto; }
.band.production { background: #a81e1e; } .band.staging { background: #8a5a00; } .band.development { background: #2a5d8f; }
.env { font-weight: 600; }
.env.production { color: var(--bad); } .env.staging { color: var(--caution); }

.verdict { display: flex; gap: .9rem; align-items: center; margin: 1.1rem 0; padding: .8rem 1rem; border: 2px solid; border-left-width: 10px; border-radius: 6px; }
.verdict strong { font-size: 1.45rem; line-height: 1.2; }
.verdict p { margin: .1rem 0 0; color: var(--ink); }
.verdict .sign { flex: none; width: 2.6rem; height: 2.6rem; border-radius: 50%; color: var(--paper); display: grid; place-items: center; font-size: 1.5rem; font-weight: 700; }
.verdict.good .sign { background: var(--good); } .verdict.bad .sign { background: var(--bad); } .verdict.caution .sign { background: var(--caution); } .verdict.neutral .sign { background: var(--neutral); }
.good { color: var(--good); } .bad { color: var(--bad); } .caution { color: var(--caution); } .neutral { color: var(--neutral); }
.verdict.good, .badge.good { background: var(--good-fill); } .verdict.bad, .badge.bad { background: var(--bad-fill); }
.verdict.caution, .badge.caution { background: var(--caution-fill); } .verdict.neutral, .badge.neutral { background: var(--neutral-fill); }
.badge { display: inline-block; padding: 0 .45rem; border-radius: 3px; font-size: .87rem; font-weight: 600; white-space: nowrap; }
.mark { font-weight: 700; }

.facts { display: grid; grid-template-columns: repeat(3, 1fr); gap: .7rem 1.5rem; margin: 1rem 0; }
.facts div { min-width: 0; } .facts .wide { grid-column: 1 / -1; }
dt { color: var(--soft); font-size: .82rem; } dd { margin: 0; }
.backup { border: 1px solid var(--line); border-radius: 6px; padding: .8rem 1rem; break-inside: avoid; }

.tiles { display: flex; flex-wrap: wrap; gap: .8rem; margin: 1.5rem 0; break-inside: avoid; }
.tile { flex: 1 1 10rem; border: 1px solid var(--line); border-radius: 6px; padding: .7rem .9rem; }
.tile h2 { border: 0; margin: 0; padding: 0; font-size: .85rem; font-weight: 600; color: var(--soft); }
.tile .big { font-size: 1.4rem; font-weight: 600; line-height: 1.3; margin: .1rem 0; }
.tile ul { list-style: none; margin: 0; padding: 0; font-size: .87rem; }

.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .92rem; }
caption { text-align: left; color: var(--soft); font-size: .82rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem .4rem 0; border-bottom: 1px solid var(--line); }
th:last-child, td:last-child { padding-right: 0; }
thead th { font-size: .82rem; font-weight: 600; color: var(--soft); vertical-align: bottom; overflow-wrap: normal; }
tbody th { font-weight: 400; } tbody th .title { font-weight: 600; }
.number { text-align: right; white-space: nowrap; }
td.when { white-space: nowrap; }
table.steps { min-width: 48rem; table-layout: fixed; }
table.steps thead th:first-child { width: 2.6rem; } table.steps thead th:nth-child(3) { width: 7.6rem; }
table.steps thead th:nth-child(4), table.steps thead th:nth-child(5) { width: 6.6rem; } table.steps thead th:nth-child(6) { width: 5.2rem; }
table.steps thead th:nth-child(7) { width: 6rem; } table.steps thead th:nth-child(8) { width: 3.2rem; }
table.steps td.number:first-child { color: var(--soft); }
tr.step > * { border-bottom: 0; } tr.step:last-child > * { border-bottom: 1px solid var(--line); }
tr.more td { padding-top: 0; padding-bottom: .7rem; }
table.checks th:first-child { width: 34%; } table.checks td:nth-child(3), table.checks td:nth-child(4) { width: 22%; }
table.items th:first-child { width: 45%; } table.items th:nth-child(2) { width: 8rem; }
table.log { font-size: .82rem; table-layout: fixed; } table.log pre { margin: 0; }
table.log thead th:first-child { width: 3rem; } table.log thead th:nth-child(2) { width: 9.4rem; }
table.log thead th:nth-child(3) { width: 8.6rem; } table.log thead th:nth-child(4) { width: 9rem; }
.signature + .signature { margin-top: .5rem; } .signature p { margin: .1rem 0; }
.note { margin: .4rem 0; padding: .35rem .7rem; border-left: 4px solid var(--neutral); background: var(--fill); }
.note.bad { border-color: var(--bad); color: var(--ink); } .note.caution { border-color: var(--caution); color: var(--ink); }

.chart { table-layout: fixed; } .chart th, .chart td { padding-top: .15rem; padding-bottom: .15rem; vertical-align: middle; }
.chart th:first-child { width: 26%; } .chart .number { width: 6.8rem; } .chart .axis { padding-right: 0; }
svg { display: block; overflow: visible; } svg text { font-size: 11px; fill: var(--soft); font-weight: 400; }
.grid { stroke: var(--line); }
rect.planned { fill: none; stroke: var(--ink); stroke-width: 1.2; }
rect.good { fill: var(--bar-good); } rect.bad { fill: var(--bar-bad); } rect.caution { fill: var(--bar-caution); } rect.neutral { fill: var(--bar-neutral); } rect.undo { fill: var(--undo); }
.key-pair { white-space: nowrap; } .key { display: inline-block; width: 1.1rem; height: .6rem; margin-left: .7rem; }
.key.planned { border: 1.5px solid var(--ink); border-radius: 2px; } .key.good { background: var(--bar-good); } .key.bad { background: var(--bar-bad); }
.key.caution { background: var(--bar-caution); } .key.neutral { background: var(--bar-neutral); } .key.undo { background: var(--undo); }
.closing { break-inside: avoid; } .head-hash code { display: block; padding: .6rem .8rem; border: 2px solid var(--line); border-radius: 4px; font-size: 1rem; }

@media (max-width: 44rem) { main { padding: 1rem; } .facts { grid-template-columns: 1fr; } }
@page { size: A4; margin: 16mm 14mm 18mm; @bottom-right { content: counter(page) ' / ' counter(pages); font: 8pt sans-serif; color: #5b636d; } }
@media print {
  :root { color-scheme: light; }
  html { font-size: 12px; } body { font-size: 12px; } .tile { flex-basis: 8rem; } .tile { padding: .6rem; } .tile .big { font-size: 1.2rem; } .keep { break-inside: avoid; } main { max-width: none; padding: 0; }
  h2, h3, .legend { break-after: avoid; } thead { display: table-header-group; } tr, .note, dl.facts > div { break-inside: avoid; }
  table.steps tbody { break-inside: avoid; } .scroll { overflow: visible; } table.steps { min-width: 0; }
  p, pre { orphans: 3; widows: 3; }
}
";
