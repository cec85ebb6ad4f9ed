import type { StressResult } from '@coordinator/shared/report';
import { html, type Markup } from '../../facts/markup.ts';
import { distributionRows, faultRows, stressFacts } from '../../facts/stress.ts';

/** The figures of a stress run. */
export function renderStress(stress: StressResult): Markup {
  return html`<div class="wide"><table>
<tbody>
${stressFacts(stress).map(([name, value]) => html`<tr><th>${name}<td>${value}</tr>\n`)}</tbody>
</table></div>
<div class="wide"><table>
<thead><tr><th>time<th class="number">count<th class="number">min<th class="number">p50<th class="number">p90
<th class="number">p99<th class="number">max</tr></thead>
<tbody>
${distributionRows(stress).map(renderRow)}</tbody>
</table></div>
${stress.faults.length > 0 ? renderFaults(stress) : null}`;
}

function renderRow([name = '', ...numbers]: readonly string[]): Markup {
  return html`<tr><td>${name}${numbers.map((number) => html`<td class="number">${number}`)}</tr>\n`;
}

function renderFaults(stress: StressResult): Markup {
  return html`<div class="wide"><table>
<thead><tr><th>fault<th class="number">injected<th class="number">detected<th class="number">late</tr></thead>
<tbody>
${faultRows(stress).map(renderRow)}</tbody>
</table></div>
${stress.mismatches.map((sentence) => html`<p class="error">${sentence}</p>\n`)}`;
}
