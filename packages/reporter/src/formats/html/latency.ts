import type { GuestResult, Report } from '@coordinator/shared/report';
import { html, type Markup } from '../../facts/markup.ts';

interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

const WIDTH = 1000;
/** An octave is two bins, as in the figures of stress runs. */
const BINS_OF_AN_OCTAVE = 2;

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

/** Bins with something in them, and those between. */
function binsOf(guests: readonly GuestResult[]): Bin[] {
  const counts = new Map<number, number>();
  for (const { tests } of guests)
    for (const { latency_us: latency = [] } of tests)
      for (const [us, count] of latency) {
        const bin = Math.floor(Math.log2(Math.max(1, us)) * BINS_OF_AN_OCTAVE);
        counts.set(bin, (counts.get(bin) ?? 0) + count);
      }
  if (counts.size === 0) return [];
  const [first, last] = [Math.min(...counts.keys()), Math.max(...counts.keys())];
  const edge = (bin: number) => 2 ** (bin / BINS_OF_AN_OCTAVE);
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const bin = first + index;
    return { from: edge(bin), to: edge(bin + 1), count: counts.get(bin) ?? 0 };
  });
}

function told(us: number): string {
  if (us < 1000) return `${Math.round(us)} µs`;
  if (us < 1e6) return `${(us / 1000).toFixed(us < 10_000 ? 1 : 0)} ms`;
  return `${(us / 1e6).toFixed(1)} s`;
}
