import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CHANNEL_FILE } from '@coordinator/channel';
import type { GuestMachine } from '@coordinator/machine/vmm';
import type { UnstampedEvent } from '@coordinator/shared/event';
import type { AgentMessage } from '@coordinator/shared/message';
import type { FaultKind } from '@coordinator/shared/report';
import type { GuestHooks, RunningGuest } from '../guest/index.ts';
import { draw } from '../run/index.ts';

/** Reads and writes a second that a slow disk does: the agent's few dozen take many seconds then. */
const SLOW_IOPS = 4;
/** When after a VMM's start a fault may strike: while the guest boots, however fast the machine is. */
const BOOT_FROM_MS = 300;
const BOOT_TO_MS = 1200;

type Moment = 'boot' | 'tests';

/** One fault for one round: strikes the guest once, at a moment that the round's seed decides. */
export class Fault implements GuestHooks {
  readonly kind: FaultKind;
  readonly #moment: Moment;
  readonly #seed: number;
  readonly #emit: (event: UnstampedEvent) => void;
  readonly #guestId: string;
  #guest: RunningGuest | null = null;
  #timer: NodeJS.Timeout | undefined;
  #state: 'waiting' | 'armed' | 'struck' | 'over' = 'waiting';

  /** @param fresh whether the guest starts with this round */
  constructor(
    kind: FaultKind,
    seed: number,
    guestId: string,
    fresh: boolean,
    emit: (event: UnstampedEvent) => void,
  ) {
    this.kind = kind;
    this.#seed = seed;
    this.#guestId = guestId;
    this.#emit = emit;
    // Where nothing is said yet, there is no channel to damage; a guest that stops while it boots takes long to miss.
    const anyTime = fresh && (kind === 'kill-guest' || kind === 'kill-engine');
    this.#moment = anyTime && draw(seed, 'moment') < 0.5 ? 'boot' : 'tests';
  }

  /** Whether it was done to a guest that still ran. */
  get struck(): boolean {
    return this.#state === 'struck';
  }

  machine(machine: GuestMachine): GuestMachine {
    if (this.kind !== 'slow-disk') return machine;
    this.#mark(`shares of ${SLOW_IOPS} operations a second`);
    return { ...machine, shares: machine.shares.map((share) => ({ ...share, iops: SLOW_IOPS })) };
  }

  started(guest: RunningGuest): void {
    this.#guest = guest;
    if (this.#state !== 'waiting' || this.#moment !== 'boot') return;
    const delay = BOOT_FROM_MS + draw(this.#seed, 'delay') * (BOOT_TO_MS - BOOT_FROM_MS);
    this.#timer = setTimeout(() => this.#strike(`${Math.round(delay)} ms after its start`), delay);
  }

  message(message: AgentMessage): void {
    if (this.#state !== 'waiting' || this.#moment !== 'tests') return;
    if (message.type === 'test-begin') this.#strike(`at the start of ${message.name}`);
  }

  ended(): void {
    clearTimeout(this.#timer);
    if (this.#state !== 'struck') this.#state = 'over';
  }

  #strike(detail: string): void {
    const guest = this.#guest;
    if (!guest) return;
    const { vmm, lease, share, channel } = guest;
    switch (this.kind) {
      case 'kill-guest':
        if (signal(vmm.pid, 'SIGKILL')) this.#mark(`SIGKILL to the VMM ${detail}`);
        break;
      case 'pause-guest':
        if (signal(vmm.pid, 'SIGSTOP')) this.#mark(`SIGSTOP to the VMM ${detail}`);
        break;
      case 'kill-engine':
        this.#mark(`the device server dropped the guest ${detail}`);
        lease.breakDevice?.().catch(() => {});
        break;
      case 'drop-channel':
        this.#mark(`the channel was cut ${detail}`);
        if (channel.cut()) break;
        rm(join(share.folder, CHANNEL_FILE), { force: true }).catch(() => {});
        break;
      case 'corrupt-frame':
        this.#state = 'armed';
        channel.corruptNext(draw(this.#seed, 'where'), () => {
          if (this.#state === 'armed') this.#mark(`a bit of the channel was flipped ${detail}`);
        });
        break;
      case 'slow-disk':
        break;
    }
  }

  #mark(detail: string): void {
    this.#state = 'struck';
    this.#emit({ type: 'guest-fault', guest: this.#guestId, kind: this.kind, detail });
  }
}

/** The VMM is a child that has not been waited for: its number cannot belong to another process. */
function signal(pid: number, name: 'SIGKILL' | 'SIGSTOP'): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
