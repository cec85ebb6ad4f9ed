import type { RunEvent } from '@coordinator/shared/event';
import { formatDuration } from '@coordinator/shared/units';
import { cleanLine } from '../../facts/text.ts';
import type { Paint } from './paint.ts';
import { describeEvent } from './plain.ts';
import { stressLines } from './stress-line.ts';

/** A log of hours should be read in minutes: figures come every few seconds, and ever less often. */
const EVERY_MS = 5000;
const MAX_EVERY_MS = 60_000;

/** What a log shows of a stress run: figures now and then, and the rounds that did not pass. */
export class StressLog {
  readonly #paint: Paint;
  #nextAt = 0;

  constructor(paint: Paint) {
    this.#paint = paint;
  }

  /** @returns a line, or null when there is nothing to say. */
  describe(event: RunEvent): string | null {
    switch (event.type) {
      case 'stress-progress': {
        if (event.at_ms < this.#nextAt) return null;
        this.#nextAt = event.at_ms + Math.min(MAX_EVERY_MS, Math.max(EVERY_MS, event.at_ms / 100));
        const time = this.#paint.faint(`[${formatDuration(event.at_ms)}]`);
        return `${time} ${cleanLine(stressLines(event.stress).join('  '))}`;
      }
      case 'guest-ended':
        // What an injected fault explains is in the figures.
        return event.outcome === 'pass' || event.verdict === 'detected'
          ? null
          : describeEvent(event, this.#paint);
      case 'run-started':
      case 'run-notice':
      case 'guest-retry':
        return describeEvent(event, this.#paint);
      default:
        return null;
    }
  }
}
