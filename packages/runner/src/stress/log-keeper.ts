import type { RunEvent } from '@coordinator/shared/event';
import type { EventLog } from '@coordinator/store';

/** A log of this size is gone through for what is not needed any more. */
const COMPACT_BYTES = 2 * 2 ** 20;

/** What of the run's log there has to be to keep it short. */
export type KeptLog = Pick<EventLog, 'append' | 'length' | 'compact'>;

/**
 * Keeps a stress run's log at a size that does not depend on how long the run goes on: of rounds that are forgotten no
 * event stays, and of the figures only the last.
 */
export class LogKeeper {
  readonly #log: KeptLog;
  readonly #isKept: (guest: string) => boolean;
  #limit = COMPACT_BYTES;
  #lastProgressAt = -1;

  /** @param isKept whether the report will tell of this round */
  constructor(log: KeptLog, isKept: (guest: string) => boolean) {
    this.#log = log;
    this.#isKept = isKept;
  }

  readonly append = (event: RunEvent): void => {
    this.#log.append(event);
    if (event.type !== 'stress-progress') return;
    this.#lastProgressAt = event.at_ms;
    // Only right after the figures: they hold what the events that go had said.
    if (this.#log.length < this.#limit) return;
    this.#log.compact((logged) => this.#keeps(logged));
    this.#limit = Math.max(COMPACT_BYTES, 2 * this.#log.length);
  };

  #keeps(event: RunEvent): boolean {
    if (event.type === 'stress-progress') return event.at_ms === this.#lastProgressAt;
    return 'guest' in event ? this.#isKept(event.guest) : true;
  }
}
