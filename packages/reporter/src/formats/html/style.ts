/** Outcomes are told by words; colours only help, and keep a contrast of 4.5 and more on both backgrounds. */
export const style = `
:root { color-scheme: light dark; --line: light-dark(#d5d5dc, #3c3c46); --soft: light-dark(#f4f4f7, #22222a);
  --pass: light-dark(#146c2e, #7ad18f); --bad: light-dark(#b3261e, #ff8a80); --other: light-dark(#7a5200, #ffc46b); }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem;
  background: light-dark(#fff, #17171c); color: light-dark(#1c1c21, #e6e6ec); }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.5rem; }
table { border-collapse: collapse; width: 100%; margin: .75rem 0; }
th, td { text-align: left; vertical-align: top; padding: .3rem .7rem; border-bottom: 1px solid var(--line); }
th { background: var(--soft); font-weight: 600; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
code, pre { font: 13px/1.45 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; background: var(--soft); padding: .6rem; }
.wide { overflow-x: auto; }
.pass { color: var(--pass); font-weight: 600; } .fail, .panic { color: var(--bad); font-weight: 600; }
.hang, .error, .skip { color: var(--other); font-weight: 600; }
.facts { color: light-dark(#55555f, #a6a6b2); }
`;
