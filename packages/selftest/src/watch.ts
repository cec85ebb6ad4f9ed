import type { EarlyEnd, Ending } from '@coordinator/life';
import type { UnstampedEvent } from '@coordinator/shared/event';
import type { SelfTestCase } from './case.ts';
import { matches } from './verdict.ts';

/** Listens to one guest, and ends it once what should notice has: what it would do from then on says nothing more. */
export class Watch {
  readonly #case: SelfTestCase;
  readonly #emit: (event: UnstampedEvent) => void;
  readonly #noticed = new AbortController();
  #reason: string | null = null;

  constructor(one: SelfTestCase, emit: (event: UnstampedEvent) => void) {
    this.#case = one;
    this.#emit = emit;
  }

  get noticed(): AbortSignal {
    return this.#noticed.signal;
  }

  get isNoticed(): boolean {
    return this.#reason !== null;
  }

  /** How the guest counts as having ended. */
  get ending(): Ending {
    return { outcome: 'fail', error_kind: null, reason: this.#reason };
  }

  readonly emit = (event: UnstampedEvent): void => {
    this.#emit(event);
    if (event.type !== 'guest-test' || event.test.outcome !== 'fail' || this.isNoticed) return;
    const { name, message } = event.test;
    if (!this.#case.caughtBy.some((pattern) => matches(pattern, name))) return;
    this.#reason = `${name}: ${message}`;
    this.#noticed.abort({ cause: 'interrupted' } satisfies EarlyEnd);
  };
}
