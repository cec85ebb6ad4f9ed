/** Outcomes are told by words; colours only help, and keep a contrast of 4.5 and more on both backgrounds. */
export const style = `
:root { color-scheme: light dark; --line: light-dark(#d5d5dc, #3c3c46); --soft: light-dark(#f4f4f7, #22222a);
  --pass: light-dark(#146c2e, #7ad18f); --bad: light-dark(#b3261e, #ff8a80); --other: light-dark(#7a5200, #ffc46b);
  --measure: light-dark(#2f5fb3, #86aef5); --mark: light-dark(#ffe9a8, #5c4700); }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem;
  background: light-dark(#fff, #17171c); color: light-dark(#1c1c21, #e6e6ec); }
h1 { font-size: 1.5rem; overflow-wrap: anywhere; } h2 { font-size: 1.15rem; margin-top: 2.5rem; }
table { border-collapse: collapse; width: 100%; margin: .75rem 0; }
caption { text-align: left; color: light-dark(#55555f, #a6a6b2); padding-bottom: .3rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .7rem; border-bottom: 1px solid var(--line); }
th { background: var(--soft); font-weight: 600; } tbody th { background: none; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td:first-child, tbody th { overflow-wrap: normal; } td:first-child code, td:first-child a { white-space: nowrap; }
code, pre { font: 13px/1.45 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; background: var(--soft); padding: .6rem; }
pre.console { max-height: 30rem; overflow-y: auto; }
.wide { overflow-x: auto; } summary { cursor: pointer; padding: .3rem 0; } figure { margin: .75rem 0; overflow-x: auto; }
figcaption, .facts { color: light-dark(#55555f, #a6a6b2); }
mark { background: var(--mark); color: inherit; } a { color: var(--measure); }
:focus-visible { outline: 2px solid var(--measure); outline-offset: 2px; }
.pass { color: var(--pass); font-weight: 600; } .fail, .panic { color: var(--bad); font-weight: 600; }
.hang, .error, .skip { color: var(--other); font-weight: 600; }
.facts-table th { width: 10rem; } .timeline th { white-space: nowrap; width: 1%; } .distribution th, .distribution td.number { width: 1%; white-space: nowrap; }
svg.bar { display: block; width: 100%; min-width: 12rem; height: 1.1rem; margin-top: .2rem; background: var(--soft); }
.ticks { display: flex; justify-content: space-between; font-size: 12px; } .key { white-space: nowrap; margin-right: .6rem; }
.key svg { width: .8em; height: .8em; margin-right: .3em; }
rect { fill: light-dark(#8a8a96, #8f8f9c); } .measure { fill: var(--measure); }
.phase-queued { fill: light-dark(#d0d0d8, #4a4a55); } .phase-starting { fill: light-dark(#b08a3c, #c9a457); }
.phase-boot { fill: light-dark(#d9a400, #f0c04a); } .phase-probe, .phase-hello { fill: light-dark(#6b8fd6, #6f97e6); }
.phase-interrupts-before, .phase-interrupts-after { fill: light-dark(#7a4fb0, #b18ae6); }
.phase-tests { fill: light-dark(#2f7d4a, #6cc48a); } .phase-bye, .phase-power-off { fill: light-dark(#b5654a, #e09a80); }
.heat text { font: 11px ui-monospace, monospace; fill: currentColor; }
.heat .on-dark { fill: light-dark(#fff, #101014); } .heat-0 { fill: var(--soft); }
.heat-1 { fill: light-dark(#dbe6fa, #1f2a40); } .heat-2 { fill: light-dark(#c3d5f6, #263555); }
.heat-3 { fill: light-dark(#a9c3f1, #2d416b); } .heat-4 { fill: light-dark(#8fb0ea, #355085); }
.heat-5 { fill: light-dark(#4a78cf, #7d9fe0); } .heat-6 { fill: light-dark(#3c69bf, #8fb0ea); }
.heat-7 { fill: light-dark(#2f5aab, #a9c3f1); } .heat-8 { fill: light-dark(#234a94, #c3d5f6); }
@media (max-width: 40rem) { body { margin: 1rem auto; padding: 0 .6rem; } th, td { padding: .25rem .4rem; } }
@media print { :root { color-scheme: light; } body { max-width: none; margin: 0; font-size: 10pt; } section, tr, figure { break-inside: avoid-page; }
  section { break-inside: auto; } .wide, figure, pre.console { overflow: visible; max-height: none; } a { color: inherit; text-decoration: none; }
  svg, mark { print-color-adjust: exact; -webkit-print-color-adjust: exact; } details::details-content { content-visibility: visible; block-size: auto; } }
`;
