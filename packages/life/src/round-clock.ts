import type { Moment } from '@coordinator/machine/lifetime';
import type { GuestEnd } from './guest-end.ts';

/** Since when a round has been going on, and how long its guest took to boot and its agent to be done. */
export class RoundClock {
  #startedAt: number | null = null;
  #bootMs: number | null = null;
  /** Since when the agent has been at the round. */
  #agentSince: number | null = null;
  #agentMs: number | null = null;

  begin(now: Moment): void {
    this.#startedAt = now.passed;
  }

  /** That of an agent's next round, which no boot is part of. */
  static ofNext(now: Moment): RoundClock {
    const next = new RoundClock();
    next.#startedAt = now.passed;
    next.#agentSince = now.passed;
    return next;
  }

  hello(now: Moment): void {
    this.#bootMs ??= this.age(now);
    this.#agentSince ??= now.passed;
  }

  /** The agent has done what this round asks of it. */
  endAgent(now: Moment): void {
    if (this.#agentSince !== null) this.#agentMs ??= now.passed - this.#agentSince;
  }

  age(now: Moment): number {
    return now.passed - (this.#startedAt ?? now.passed);
  }

  figures(now: Moment): Pick<GuestEnd, 'boot_ms' | 'agent_ms' | 'duration_ms'> {
    return { boot_ms: this.#bootMs, agent_ms: this.#agentMs, duration_ms: this.age(now) };
  }
}
