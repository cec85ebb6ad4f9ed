import type { GuestResult, Report } from '@coordinator/shared/report';
import { formatDuration } from '@coordinator/shared/units';
import { bdfOf, describeCounts, describeInterrupts, transactionsOf } from '../../facts/guest.ts';
import { kernelMatrix } from '../../facts/kernel-matrix.ts';
import { html, Markup } from '../../facts/markup.ts';
import type { CreateReporter } from '../../reporter.ts';
import { renderGuest } from './guest-section.ts';
import { renderKernels } from './kernel-section.ts';
import { renderStress } from './stress-section.ts';
import { style } from './style.ts';

/** One page that needs nothing else: no scripts, no files beside it, and a policy that allows none. */
export const createReporter: CreateReporter = ({ output }) => ({
  onEnd(report) {
    output.write(renderPage(report).text);
  },
});

function renderPage(report: Report): Markup {
  const matrix = kernelMatrix(report);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${report.outcome} · ${report.run}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<h1><span class="${report.outcome}">${report.outcome}</span> · run ${report.run}</h1>
<p>${describeCounts(report)} in ${formatDuration(report.duration_ms)}</p>
${report.reason === null ? null : html`<p class="error">${report.reason}</p>`}
<p class="facts">started ${report.started} · platform ${report.platform} · ${report.vmm} ${report.vmm_version} ·
channel ${report.channel} · ${report.start} start · plan ${report.plan} · coordinator ${report.coordinator}<br>
<code>${report.command.join(' ')}</code></p>
${report.stress ? renderStress(report.stress) : null}<div class="wide"><table>
<thead><tr><th>guest<th>outcome<th class="number">boot<th class="number">tests<th class="number">transactions
<th>interrupts<th>device<th>reason</tr></thead>
<tbody>
${report.guests.map(renderRow)}</tbody>
</table></div>
${matrix === null ? null : renderKernels(matrix)}${report.guests.map(renderGuest)}</body>
</html>
`;
}

function renderRow(guest: GuestResult, index: number): Markup {
  const passed = guest.tests.filter((test) => test.outcome === 'pass').length;
  return html`<tr><td><a href="#guest-${index}">${guest.id}</a><td class="${guest.outcome}">${guest.outcome}${guest.flaky ? html` <span class="skip">flaky</span>` : null}
<td class="number">${guest.boot_ms === null ? null : formatDuration(guest.boot_ms)}
<td class="number">${passed}/${guest.tests.length}<td class="number">${transactionsOf(guest)}
<td>${describeInterrupts(guest)}<td>${guest.device.node} ${bdfOf(guest.device)}<td>${guest.reason}</tr>
`;
}
