import { type GuestResult, type Report, ReportBuilder } from '@coordinator/shared/report';
import type { Reporter } from './reporter.ts';

interface PerGuestFormat {
  guest(result: GuestResult): void;
  end?(report: Report): void | Promise<void>;
}

/**
 * A reporter that writes about each guest as soon as it has ended, so that what is known is not lost with the
 * coordinator. Guests that never ended, or a report without events, come at the end.
 */
export function perGuestReporter(format: PerGuestFormat): Reporter {
  const builder = new ReportBuilder();
  const written = new Set<string>();
  return {
    onEvent(event) {
      builder.apply(event);
      if (event.type !== 'guest-ended' || written.has(event.guest)) return;
      written.add(event.guest);
      format.guest(builder.guest(event.guest));
    },
    async onEnd(report) {
      for (const guest of report.guests) if (!written.has(guest.id)) format.guest(guest);
      await format.end?.(report);
    },
  };
}
