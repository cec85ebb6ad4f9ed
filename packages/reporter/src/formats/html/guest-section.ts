import type { GuestResult, InterruptsResult, TestResult } from '@coordinator/shared/report';
import { formatDuration } from '@coordinator/shared/units';
import { describeAttempts } from '../../facts/guest.ts';
import { html, type Markup } from '../../facts/markup.ts';
import { renderConsole } from './console-tail.ts';
import { renderHeatMap } from './heat-map.ts';
import type { RunLog } from './run-log.ts';

/** What is told of guests beside their results. */
export interface GuestTold {
  readonly log: RunLog;
  /** Ends of their consoles, by their ids. */
  readonly consoles: ReadonlyMap<string, string>;
}

export function renderGuest(guest: GuestResult, index: number, { log, consoles }: GuestTold): Markup {
  const retried = describeAttempts(guest);
  return html`<section id="guest-${index}" aria-labelledby="guest-${index}-name">
<h2 id="guest-${index}-name">${guest.id} · <span class="${guest.outcome}">${guest.outcome}</span></h2>
${guest.reason === null ? null : html`<p>${guest.reason}</p>\n`}<p class="facts">${formatDuration(guest.duration_ms)}${
    guest.host === undefined ? null : ` · on ${guest.host}`
  }${
    guest.kernel === null ? null : ` · kernel ${guest.kernel}`
  }${guest.device.driver === null ? null : ` · driver ${guest.device.driver}`}</p>
${retried === null ? null : html`<p class="skip">${guest.flaky ? 'flaky: ' : ''}${retried}</p>\n`}${
  guest.repeat === undefined ? null : html`<p>Again: <code>${guest.repeat}</code></p>\n`
}${guest.tests.length > 0 ? renderTests(guest.tests) : null}${
  guest.interrupts ? renderInterrupts(guest.interrupts) : null
}${guest.warnings.length > 0 ? renderWarnings(guest) : null}${renderCrash(guest)}${log.render(guest.id)}${renderConsole(guest, consoles.get(guest.id))}</section>
`;
}

function renderTests(tests: readonly TestResult[]): Markup {
  return html`<div class="wide" tabindex="0"><table>
<thead><tr><th scope="col">test<th scope="col">outcome<th scope="col" class="number">transactions<th scope="col" class="number">time
<th scope="col" class="number">median of a transaction<th scope="col">message</tr></thead>
<tbody>
${tests.map(renderTest)}</tbody>
</table></div>
`;
}

function renderTest(test: TestResult): Markup {
  return html`<tr><td><code>${test.name}</code><td class="${test.outcome}">${test.outcome}
<td class="number">${test.transactions}<td class="number">${formatDuration(test.duration_ms)}
<td class="number">${test.transaction_us === null ? null : `${test.transaction_us.median} µs`}
<td>${test.message}${
    test.output === null ? null : html`<details><summary>output</summary><pre>${test.output}</pre></details>`
  }</tr>
`;
}

/** How often each vector was served on each CPU during the tests. */
function renderInterrupts(interrupts: InterruptsResult): Markup {
  const { cpus, rows, device_total } = interrupts;
  return html`${renderHeatMap(interrupts)}<div class="wide" tabindex="0"><table>
<thead><tr><th scope="col">interrupt<th scope="col">chip<th scope="col" class="number">hwirq<th scope="col">action
${cpus.map((cpu) => html`<th scope="col" class="number">CPU${cpu}`)}</tr></thead>
<tbody>
${rows.map(
  (row) => html`<tr><td>${row.irq}<td><code>${row.chip}</code><td class="number">${row.hwirq}
<td><code>${row.action}</code>${row.delta.map((count) => html`<td class="number">${count}`)}</tr>
`,
)}<tr><th colspan="4">all<td class="number" colspan="${Math.max(1, cpus.length)}">${device_total}</tr>
</tbody>
</table></div>
`;
}

function renderWarnings(guest: GuestResult): Markup {
  return html`<p>Warnings on the console:</p>
<ul>
${guest.warnings.map((warning) => html`<li>${warning.kind}: <code>${warning.line}</code></li>\n`)}</ul>
`;
}

/** Where its kernel was when it died or broke. */
function renderCrash({ fingerprint, trace = [] }: GuestResult): Markup | null {
  if (fingerprint === undefined) return null;
  return html`<p>Crash <code>${fingerprint}</code>${trace.length > 0 ? ' in:' : null}</p>
${trace.length > 0 ? html`<pre>${trace.join('\n')}</pre>\n` : null}`;
}
