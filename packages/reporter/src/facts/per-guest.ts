import { ReportBuilder } from '@coordinator/shared/event';
import type { GuestResult, Report } from '@coordinator/shared/report';
import type { Reporter } from '../reporter.ts';

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
  let stress = false;
  return {
    onEvent(event) {
      builder.apply(event);
      builder.takeForgotten();
      if (event.type === 'run-started') stress = event.stress !== undefined;
      if (event.type !== 'guest-ended' || written.has(event.guest)) return;
      // Of a stress run, only what is kept is written about: everything else is in the figures at its end.
      if (stress && !builder.isKeptFailure(event.guest)) return;
      written.add(event.guest);
      format.guest(builder.guest(event.guest));
    },
    async onEnd(report) {
      for (const guest of report.guests) if (!written.has(guest.id)) format.guest(guest);
      await format.end?.(report);
    },
  };
}
