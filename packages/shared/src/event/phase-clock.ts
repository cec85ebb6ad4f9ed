import type { PhaseTime } from '../report/index.ts';

/** How long a guest was in each phase. */
export class PhaseClock {
  readonly #times: PhaseTime[] = [];
  #current: { readonly phase: string; readonly since: number } | null = null;

  /** Said again of the phase it is in, as each test does, it changes nothing. Times are ms since the run's start. */
  enter(phase: string, at_ms: number): void {
    if (this.#current?.phase === phase) return;
    this.end(at_ms);
    this.#current = { phase, since: at_ms };
  }

  end(at_ms: number): void {
    if (this.#current === null) return;
    const { phase, since } = this.#current;
    this.#times.push({ phase, duration_ms: Math.round(at_ms - since) });
    this.#current = null;
  }

  /** In the order in which they were gone through. */
  get times(): readonly PhaseTime[] {
    return this.#times;
  }
}
