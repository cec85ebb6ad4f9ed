import type { Report } from '@coordinator/shared/report';
import { html, type Markup } from '../../facts/markup.ts';

/** What the run was made of, and how to have it again. */
export function renderEnvironment(report: Report): Markup {
  const { platform, vmm, vmm_version, channel, start, plan, exerciser, coordinator, guests, seed } = report;
  const kernels = [...new Set(guests.flatMap(({ kernel }) => kernel ?? []))];
  const devices = [...new Set(guests.flatMap(({ device }) => device.driver ?? []))];
  const facts: [string, string | number | null][] = [
    ['started', report.started],
    ['platform', platform],
    ['VMM', `${vmm} ${vmm_version ?? ''}`],
    ['kernels', kernels.join(', ') || null],
    ['exerciser', exerciser ?? null],
    ['drivers', devices.join(', ') || null],
    ['plan', plan],
    ['channel', channel],
    ['start', start],
    ['guests at once', report.guests_together ?? null],
    ['seed', seed ?? null],
    ['coordinator', coordinator],
  ];
  const [command] = guests.flatMap(({ vmm_command }) => (vmm_command ? [vmm_command] : []));
  return html`<h2>environment</h2>
<div class="wide" tabindex="0"><table class="facts-table">
<tbody>
${facts.map(([name, value]) => (value === null ? null : html`<tr><th scope="row">${name}<td>${value}</tr>\n`))}</tbody>
</table></div>
${command === undefined ? null : html`<details><summary>command line of the first guest's VMM</summary><pre>${command.join(' ')}</pre></details>\n`}<h2>again</h2>
<p>The whole run: <code>${report.command.join(' ')}</code></p>
`;
}
