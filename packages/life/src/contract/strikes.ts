import { promiseOf, type TestStep } from '@coordinator/shared/plan';
import type { JudgedTest } from './judge.ts';

/** What tests have the device reach where it must not. */
export class Strikes {
  #begun = false;
  #stopped = 0;

  /** Whether such a test has begun. */
  get begun(): boolean {
    return this.#begun;
  }

  /** Results of tests that passed, in which the device reached where an IOMMU must stop it. */
  get stopped(): number {
    return this.#stopped;
  }

  /** Those of the next round, which come to these. */
  follow(): Strikes {
    const next = new Strikes();
    next.#begun = this.#begun;
    next.#stopped = this.#stopped;
    return next;
  }

  /** @param step undefined for what the plan does not have */
  beginTest(step: TestStep | undefined): void {
    this.#begun ||= step !== undefined && promiseOf(step).aborted.max > 0;
  }

  settle({ step, result }: JudgedTest): void {
    const { strikes, aborted } = promiseOf(step);
    if (strikes && result.outcome === 'pass') this.#stopped += aborted.min;
  }
}
