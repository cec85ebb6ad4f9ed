import { messageOf } from '@coordinator/base/errors';
import type { Channel } from '@coordinator/channel';
import type { GuestEnd, LifeEffect, LifeInput, Stock } from '@coordinator/life';
import type { Vmm } from '@coordinator/machine/vmm';
import type { UnstampedEvent } from '@coordinator/shared/event';
import type { GuestConsole } from './guest-console.ts';
import type { GuestHooks } from './guest-hooks.ts';
import type { ReleaseDoor } from './release-door.ts';

/** What a guest is made of, as far as it is there yet, to do what its life wants done. */
export class GuestParts {
  vmm: Vmm | null = null;
  console: GuestConsole | null = null;
  channel: Channel | null = null;
  /** Where it is released from being held. */
  door: ReleaseDoor | null = null;
  /** What others than its agent know of it by now. */
  takeStock: (() => Promise<Stock>) | null = null;
  /** How its life ended; null while it has not. */
  end: GuestEnd | null = null;
  readonly #emit: (event: UnstampedEvent) => void;
  readonly #rounds: GuestHooks['rounds'];
  readonly #tell: (input: LifeInput) => void;

  /** @param tell gives the guest's life an answer */
  constructor(emit: (event: UnstampedEvent) => void, hooks: GuestHooks, tell: (input: LifeInput) => void) {
    this.#emit = emit;
    this.#rounds = hooks.rounds;
    this.#tell = tell;
  }

  carryOut(effect: LifeEffect): void {
    switch (effect.type) {
      case 'emit':
        this.#emit(effect.event);
        break;
      case 'stop':
        void this.vmm?.stop();
        break;
      case 'send':
        void this.channel
          ?.send(effect.command)
          .catch((error) => this.#tell({ type: 'notice', text: messageOf(error) }));
        break;
      case 'end-login':
        this.console?.endLogin();
        break;
      case 'ask-round':
        this.#tell({ type: 'round', next: this.#rounds?.next() ?? null });
        break;
      case 'take-stock':
        void this.takeStock?.().then((stock) => this.#tell({ type: 'stock', ...stock }));
        break;
      case 'held':
        this.door?.open((text) => this.#tell({ type: 'notice', text }));
        break;
      case 'round-over':
        this.#rounds?.ended(effect.end);
        break;
      case 'over':
        this.door?.close();
        this.end = effect.end;
        break;
    }
  }
}
