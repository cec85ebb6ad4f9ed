import { Watchdog } from '@coordinator/machine/lifetime';
import type { EarlyEnd } from './ending.ts';

/** The time limits of one guest that may run at the same time: of its phase, of its silence, and of all of it. */
export class GuestWatchdogs {
  readonly phase: Watchdog;
  readonly silence: Watchdog;
  readonly total: Watchdog;

  /**
   * @param activity what the guest is at, for the reason
   * @param end called with why the guest must end when one runs out
   */
  constructor(activity: () => string, end: (early: EarlyEnd) => void) {
    this.phase = new Watchdog((what, limitMs) =>
      end({ cause: 'timeout', what: what === 'boot' ? activity() : what, limitMs }),
    );
    this.silence = new Watchdog((_, limitMs) => end({ cause: 'silence', what: activity(), limitMs }));
    this.total = new Watchdog((_, limitMs) => end({ cause: 'overtime', what: activity(), limitMs }));
  }

  /** None of them runs any more. */
  clear(): void {
    for (const watchdog of [this.phase, this.silence, this.total]) watchdog.clear();
  }
}
