import { type Bin, HalfOctaves } from '@coordinator/shared/latency';
import type { GuestResult, Report } from '@coordinator/shared/report';
import { html, type Markup } from '../../facts/markup.ts';

const WIDTH = 1000;

/** How long transactions took, all of a run's; null where none was timed. */
export function renderLatency({ guests, stress }: Report): Markup | null {
  const bins = stress ? (stress.transaction_us?.bins ?? []) : binsOf(guests);
  const all = bins.reduce((sum, { count }) => sum + count, 0);
  if (all === 0) return null;
  const most = Math.max(...bins.map(({ count }) => count));
  return html`<h2>transactions</h2>
<div class="wide" tabindex="0"><table class="distribution">
<caption>How long ${all} transactions took.</caption>
<thead><tr><th scope="col">time<th scope="col" class="number">count<td></tr></thead>
<tbody>
${bins.map(
  ({
    from,
    to,
    count,
  }) => html`<tr><th scope="row" class="number">${told(from)} - ${told(to)}<td class="number">${count}<td><svg class="bar" viewBox="0 0 ${WIDTH} 12" preserveAspectRatio="none" aria-hidden="true"><rect class="measure" width="${Math.round((WIDTH * count) / most)}" height="12"/></svg></tr>
`,
)}</tbody>
</table></div>
`;
}

function binsOf(guests: readonly GuestResult[]): Bin[] {
  const classes = new HalfOctaves();
  for (const { tests } of guests)
    for (const { latency_us: latency = [] } of tests)
      for (const [us, count] of latency) classes.add(us, count);
  return classes.bins();
}

function told(us: number): string {
  if (us < 1000) return `${Math.round(us)} µs`;
  if (us < 1e6) return `${(us / 1000).toFixed(us < 10_000 ? 1 : 0)} ms`;
  return `${(us / 1e6).toFixed(1)} s`;
}
