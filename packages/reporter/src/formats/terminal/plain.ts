import type { RunEvent } from '@coordinator/shared/event';
import { formatDuration, formatSize } from '@coordinator/shared/units';
import { bdfOf, plural } from '../../facts/guest.ts';
import { describeHeld } from '../../facts/held.ts';
import { cleanLine } from '../../facts/text.ts';
import type { Paint } from './paint.ts';

/** The line a log shows for an event; null for those that only a live view is interested in. */
export function describeEvent(event: RunEvent, paint: Paint): string | null {
  const what = describe(event, paint);
  if (what === null) return null;
  const time = paint.faint(`[${(event.at_ms / 1000).toFixed(1).padStart(5)} s]`);
  const who = 'guest' in event ? ` ${paint.strong(cleanLine(event.guest, 40))} ` : '';
  return `${time}${who} ${what}`;
}

function describe(event: RunEvent, paint: Paint): string | null {
  switch (event.type) {
    case 'run-started': {
      const { run, guests, platform, vmm, vmm_version, plan } = event;
      const version = vmm_version === null ? '' : ` ${vmm_version}`;
      return cleanLine(
        `run ${run}: ${plural(guests.length, 'guest')}, platform ${platform}, ${vmm}${version}, plan ${plan}`,
      );
    }
    case 'guest-started':
      return cleanLine(`started, pid ${event.pid}${inParentheses(bdfOf(event.device))}`);
    case 'guest-hello': {
      const { kernel, cpus, memory_bytes, boot_ms } = event;
      return cleanLine(
        `booted in ${formatDuration(boot_ms)}: Linux ${kernel}, ${plural(cpus, 'CPU')}, ${formatSize(memory_bytes)}`,
      );
    }
    case 'guest-test': {
      const { name, outcome, transactions, duration_ms, message, parent } = event.test;
      const details = [
        transactions > 0 ? plural(transactions, 'transaction') : '',
        // A sub-test tells none.
        parent === undefined ? formatDuration(duration_ms) : '',
        cleanLine(message ?? ''),
      ];
      return [paint.outcome(outcome), cleanLine(name), ...details.filter((part) => part !== '')].join('  ');
    }
    case 'guest-warning':
      return paint.warning(cleanLine(`warning: ${event.warning.kind}: ${event.warning.line}`));
    case 'guest-log':
      return event.level === 'info' ? null : paint.warning(cleanLine(`${event.level}: ${event.text}`));
    case 'guest-ended':
      return [
        paint.outcome(event.outcome),
        `after ${formatDuration(event.duration_ms)}`,
        cleanLine(event.reason ?? ''),
      ]
        .filter((part) => part !== '')
        .join('  ');
    case 'guest-retry':
      return paint.warning(
        cleanLine(
          `${event.outcome} after ${formatDuration(event.duration_ms)}, trying again: ${event.reason ?? ''}`,
        ),
      );
    case 'guest-held':
      return paint.warning(cleanLine(describeHeld(event)));
    case 'guest-fault':
      return paint.warning(cleanLine(`fault injected: ${event.kind}: ${event.detail}`));
    case 'run-notice':
      return paint.warning(cleanLine(event.text));
    default:
      return null;
  }
}

function inParentheses(text: string | null): string {
  return text === null ? '' : ` (${text})`;
}
