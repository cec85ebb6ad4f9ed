import type { GuestResult } from '@coordinator/shared/report';
import { formatDuration } from '@coordinator/shared/units';
import { html, type Markup } from '../../facts/markup.ts';
import type { Interval, RunTimes } from '../../facts/run-times.ts';

const WIDTH = 1000;
const HEIGHT = 12;
/** Of more guests, the others are in the tables. */
const MAX_ROWS = 64;
const TICKS = 4;

/** What each guest was at, over the run's time; null where no report says. */
export function renderTimeline(guests: readonly GuestResult[], times: RunTimes): Markup | null {
  const shown = guests.filter(({ phases = [] }) => phases.length > 0).slice(0, MAX_ROWS);
  if (shown.length === 0) return null;
  const lives = shown.map((guest) => times.guest(guest));
  const from = Math.min(...lives.map((life) => life.from));
  const whole = Math.max(1, ...lives.map((life) => life.to - from));
  const phases = [...new Set(shown.flatMap((guest) => (guest.phases ?? []).map(({ phase }) => phase)))];
  const ticks = Array.from({ length: TICKS + 1 }, (_, index) => formatDuration((whole * index) / TICKS));
  return html`<h2>timeline</h2>
<div class="wide" tabindex="0"><table class="timeline">
<caption>What each guest was at. ${phases.map((phase) => html`<span class="key"><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="${classOf(phase)}" width="10" height="10"/></svg>${phase}</span> `)}</caption>
<thead><tr><th scope="col">guest<td><span class="ticks" aria-hidden="true">${ticks.map((tick) => html`<span>${tick}</span>`)}</span></tr></thead>
<tbody>
${shown.map((guest) => renderRow(guest, times.phases(guest), from, whole))}</tbody>
</table></div>
`;
}

function renderRow(guest: GuestResult, intervals: readonly Interval[], from: number, whole: number): Markup {
  const phases = guest.phases ?? [];
  const told = phases.map(({ phase, duration_ms }) => `${phase} ${formatDuration(duration_ms)}`);
  const place = (ms: number) => Math.round((ms * WIDTH * 10) / whole) / 10;
  const bars = intervals.map((interval, index) => {
    const [x, width] = [place(interval.from - from), place(interval.to - interval.from)];
    return html`<rect class="${classOf(phases[index]?.phase ?? '')}" x="${x}" width="${Math.max(width, 0.5)}" height="${HEIGHT}"><title>${told[index] ?? ''}</title></rect>`;
  });
  return html`<tr><th scope="row">${guest.id} <span class="${guest.outcome}">${guest.outcome}</span><td><svg class="bar" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${told.join(', ')}">${bars}</svg></tr>
`;
}

/** Phases are of a known list; a report of a later version may have others. */
function classOf(phase: string): string {
  return `phase-${phase.replace(/[^a-z-]/g, '')}`;
}
