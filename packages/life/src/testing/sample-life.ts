import type { UnstampedEvent } from '@coordinator/shared/event';
import type { AgentMessage } from '@coordinator/shared/message';
import type { LifeEffect } from '../effect.ts';
import type { GuestEnd } from '../guest-end.ts';
import { GuestLife } from '../guest-life.ts';
import type { LifeSetting } from '../guest-rounds.ts';
import type { LifeInput } from '../input.ts';
import type { Limits } from '../limits.ts';
import { shortPlan } from './sample-agent.ts';

export const limits: Limits = {
  boot: 60_000,
  stage: 20_000,
  silence: 10_000,
  testGrace: 5_000,
  powerOff: 15_000,
  total: 300_000,
};

export const device = { host_bdf: '0000:08:00.0', guest_bdf: null, driver: null, node: null };
export const poweredOff = { code: 0, signal: null, guestRequest: 'shutdown', complaint: '' } as const;
export const killed = { code: null, signal: 'SIGKILL', guestRequest: null, complaint: '' } as const;

/** A life that is told things at times of a test's choosing. */
export class SampleLife {
  readonly life: GuestLife;
  readonly effects: LifeEffect[] = [];
  #now = { passed: 1000, watched: 0 };

  constructor(setting: Partial<LifeSetting> = {}) {
    this.life = new GuestLife('guest-1', {
      plan: shortPlan,
      limits,
      stays: 'not',
      bootHint: null,
      ...setting,
    });
  }

  tell(...inputs: readonly LifeInput[]): this {
    for (const input of inputs) this.effects.push(...this.life.step(input, this.#now));
    return this;
  }

  hear(...messages: readonly AgentMessage[]): this {
    return this.tell(...messages.map((message) => ({ type: 'message', message }) as const));
  }

  /** Time goes on. @param watched how much of it was watched */
  wait(passed: number, watched = passed): this {
    this.#now = { passed: this.#now.passed + passed, watched: this.#now.watched + watched };
    return this.tell({ type: 'tick' });
  }

  /** As far as a VMM that boots. */
  boot(): this {
    return this.tell(
      { type: 'leased', device },
      { type: 'starting' },
      { type: 'started', pid: 7, start: 'cold', command: ['vmm'] },
    );
  }

  exit(exit: Extract<LifeInput, { type: 'exited' }>['exit'] = poweredOff, kernelToldAll = false): this {
    return this.tell({ type: 'gone' }, { type: 'exited', exit, witness: null, kernelToldAll });
  }

  get ends(): readonly GuestEnd[] {
    return this.effects.flatMap((effect) => (effect.type === 'over' ? [effect.end] : []));
  }

  get events(): readonly UnstampedEvent[] {
    return this.effects.flatMap((effect) => (effect.type === 'emit' ? [effect.event] : []));
  }

  /** The effects of this type. */
  count(type: LifeEffect['type']): number {
    return this.effects.filter((effect) => effect.type === type).length;
  }
}
