import type { GuestResult, Report } from '@coordinator/shared/report';
import { formatDuration } from '@coordinator/shared/units';
import { bdfOf, describeCounts, describeInterrupts, transactionsOf } from '../../facts/guest.ts';
import { kernelMatrix } from '../../facts/kernel-matrix.ts';
import { html, Markup } from '../../facts/markup.ts';
import { RunTimes } from '../../facts/run-times.ts';
import type { CreateReporter } from '../../reporter.ts';
import { readConsoles } from './console-tail.ts';
import { renderEnvironment } from './environment.ts';
import { type GuestTold, renderGuest } from './guest-section.ts';
import { renderKernels } from './kernel-section.ts';
import { renderLatency } from './latency.ts';
import { RunLog } from './run-log.ts';
import { renderStress } from './stress-section.ts';
import { style } from './style.ts';
import { renderTimeline } from './timeline.ts';

/** One page that needs nothing else: no scripts, no files beside it, and a policy that allows none. */
export const createReporter: CreateReporter = ({ output, runFolder }) => {
  const [times, log] = [new RunTimes(), new RunLog()];
  return {
    onEvent(event) {
      for (const kept of [times, log]) kept.take(event);
    },
    onForgotten(guest) {
      for (const kept of [times, log]) kept.forget(guest);
    },
    async onEnd(report) {
      const consoles = await readConsoles(report.guests, runFolder);
      output.write(renderPage(report, { times, log, consoles }).text);
    },
  };
};

interface Told extends GuestTold {
  readonly times: RunTimes;
}

function renderPage(report: Report, told: Told): Markup {
  const matrix = kernelMatrix(report);
  const log = told.log.render('');
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
<main>
<h1><span class="${report.outcome}">${report.outcome}</span> · run ${report.run}</h1>
<p>${describeCounts(report)} in ${formatDuration(report.duration_ms)}</p>
${report.reason === null ? null : html`<p class="error">${report.reason}</p>`}
<p class="facts">started ${report.started}<br>
<code>${report.command.join(' ')}</code></p>
${report.stress ? renderStress(report.stress) : null}<div class="wide" tabindex="0"><table>
<thead><tr><th scope="col">guest<th scope="col">outcome<th scope="col" class="number">boot<th scope="col" class="number">tests
<th scope="col" class="number">transactions<th scope="col">interrupts<th scope="col">device<th scope="col">reason</tr></thead>
<tbody>
${report.guests.map(renderRow)}</tbody>
</table></div>
${matrix === null ? null : renderKernels(matrix)}${renderTimeline(report.guests, told.times)}${renderLatency(report)}${
  log === null
    ? null
    : html`<h2>log of the run</h2>
${log}`
}${report.guests.map((guest, index) => renderGuest(guest, index, told))}${renderEnvironment(report)}</main>
</body>
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
