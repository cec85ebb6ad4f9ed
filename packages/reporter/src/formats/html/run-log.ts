import type { RunEvent } from '@coordinator/shared/event';
import { formatDuration } from '@coordinator/shared/units';
import { html, type Markup } from '../../facts/markup.ts';

/** Of one guest, and of the run itself. A guest that talks more is cut: its files have the rest. */
const MAX_LINES = 300;

interface LogLine {
  readonly at_ms: number;
  /** Who said it: the guest, its agent, the kernel of the machine it ran on, or the coordinator. */
  readonly from: string;
  readonly text: string;
  /** Whether it tells of something wrong. */
  readonly marked: boolean;
}

/** What a run and its guests had to say, in order, as far as the page shows it. */
export class RunLog {
  readonly #lines = new Map<string, LogLine[]>();
  readonly #dropped = new Map<string, number>();

  take(event: RunEvent): void {
    if (event.type === 'run-notice') this.#add('', event.at_ms, 'coordinator', event.text, false);
    else if (event.type === 'guest-log')
      this.#add(event.guest, event.at_ms, 'agent', event.text, event.level !== 'info');
    else if (event.type === 'guest-warning') {
      const { kind, line } = event.warning;
      const host = kind.startsWith('host-');
      this.#add(event.guest, event.at_ms, host ? 'host kernel' : 'guest console', `${kind}: ${line}`, true);
    }
  }

  forget(guest: string): void {
    this.#lines.delete(guest);
    this.#dropped.delete(guest);
  }

  /** @param guest empty for what is of no guest; null where nothing was said */
  render(guest: string): Markup | null {
    const lines = this.#lines.get(guest) ?? [];
    const dropped = this.#dropped.get(guest) ?? 0;
    if (lines.length === 0) return null;
    return html`<details${lines.some(({ marked }) => marked) ? html` open` : null}><summary>log, ${lines.length + dropped} lines</summary>
<div class="wide" tabindex="0"><table class="log">
<thead><tr><th scope="col" class="number">time<th scope="col">from<th scope="col">line</tr></thead>
<tbody>
${lines.map(renderLine)}</tbody>
</table></div>${dropped > 0 ? html`<p>… and ${dropped} more</p>` : null}</details>
`;
  }

  #add(guest: string, at_ms: number, from: string, text: string, marked: boolean): void {
    const lines = this.#lines.get(guest) ?? [];
    this.#lines.set(guest, lines);
    if (lines.length < MAX_LINES) lines.push({ at_ms, from, text, marked });
    else this.#dropped.set(guest, (this.#dropped.get(guest) ?? 0) + 1);
  }
}

function renderLine({ at_ms, from, text, marked }: LogLine): Markup {
  const line = marked ? html`<mark>${text}</mark>` : html`${text}`;
  return html`<tr><td class="number">${formatDuration(at_ms)}<td>${from}<td><code>${line}</code></tr>
`;
}
