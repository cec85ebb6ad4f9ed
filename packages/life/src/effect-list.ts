import type { UnstampedEvent } from '@coordinator/shared/event';
import type { LifeEffect } from './effect.ts';

/** What is to be done, as it adds up while an input is taken. */
export class EffectList {
  #effects: LifeEffect[] = [];

  readonly emit = (event: UnstampedEvent): void => this.add({ type: 'emit', event });

  enter(
    guest: string,
    phase: 'starting' | 'boot' | 'power-off',
    detail: string | null,
    limit_ms: number | null,
  ): void {
    const known = limit_ms === Number.POSITIVE_INFINITY ? null : limit_ms;
    this.emit({ type: 'guest-phase', guest, phase, detail, limit_ms: known });
  }

  add(effect: LifeEffect): void {
    this.#effects.push(effect);
  }

  /** All of them, in order; none is left. */
  take(): readonly LifeEffect[] {
    const taken = this.#effects;
    this.#effects = [];
    return taken;
  }
}
