import type { StressResult } from '@coordinator/shared/report';
import { html, type Markup } from '../../facts/markup.ts';
import { distributionRows, faultRows, stressFacts } from '../../facts/stress.ts';

/** The figures of a stress run. */
export function renderStress(stress: StressResult): Markup {
  return html`<div class="wide" tabindex="0"><table>
<tbody>
${stressFacts(stress).map(([name, value]) => html`<tr><th>${name}<td>${value}</tr>\n`)}</tbody>
</table></div>
<div class="wide" tabindex="0"><table>
<thead><tr><th>time<th class="number">count<th class="number">min<th class="number">p50<th class="number">p90
<th class="number">p99<th class="number">max</tr></thead>
<tbody>
${distributionRows(stress).map(renderRow)}</tbody>
</table></div>
${stress.faults.length > 0 ? renderFaults(stress) : null}${renderCrashes(stress)}`;
}

function renderRow([name = '', ...numbers]: readonly string[]): Markup {
  return html`<tr><td>${name}${numbers.map((number) => html`<td class="number">${number}`)}</tr>\n`;
}

function renderFaults(stress: StressResult): Markup {
  return html`<div class="wide" tabindex="0"><table>
<thead><tr><th>fault<th class="number">injected<th class="number">detected<th class="number">late</tr></thead>
<tbody>
${faultRows(stress).map(renderRow)}</tbody>
</table></div>
${stress.mismatches.map((sentence) => html`<p class="error">${sentence}</p>\n`)}`;
}

/** The same crash in many rounds is one line. */
function renderCrashes({ crashes = [] }: StressResult): Markup | null {
  if (crashes.length === 0) return null;
  return html`<div class="wide" tabindex="0"><table>
<thead><tr><th scope="col">crash<th scope="col" class="number">rounds<th scope="col">first<th scope="col">reason</tr></thead>
<tbody>
${crashes.map(
  ({ fingerprint, count, round, reason }) =>
    html`<tr><td><code>${fingerprint}</code><td class="number">${count}<td>${round}<td>${reason}</tr>\n`,
)}</tbody>
</table></div>
`;
}
