import { Durations } from './durations.ts';
import type { ToolResult } from './output-parser.ts';

/** EINVAL: the engine refused the frame, and raised no interrupt. */
const MISCONFIGURED = 22;

/** Counts one run's results, any number of them in bounded memory. */
export class ResultTally {
  readonly #durations = new Durations();
  #good = 0;
  #misconfigured = 0;
  #aborted = 0;
  #firstBad: ToolResult | null = null;

  add(result: ToolResult): void {
    this.#durations.add(result.duration_us);
    if (result.status === 0) {
      this.#good += 1;
      return;
    }
    if (result.status === MISCONFIGURED) this.#misconfigured += 1;
    else this.#aborted += 1;
    this.#firstBad ??= result;
  }

  get total(): number {
    return this.#good + this.#misconfigured + this.#aborted;
  }

  /** With status 0. */
  get good(): number {
    return this.#good;
  }

  get misconfigured(): number {
    return this.#misconfigured;
  }

  /** With any other status. */
  get aborted(): number {
    return this.#aborted;
  }

  /** The first result whose status was not 0. */
  get firstBad(): ToolResult | null {
    return this.#firstBad;
  }

  durations(): { min: number; median: number; max: number } | null {
    return this.#durations.summary();
  }
}
