import type { GuestChannel } from '@coordinator/channel';
import type { GuestEnd, GuestRound } from '@coordinator/life';
import type { GuestMachine, Vmm } from '@coordinator/machine/vmm';
import type { AgentMessage } from '@coordinator/shared/message';
import type { Lease } from '../platform/index.ts';
import type { GuestShare } from './guest-share.ts';

/** A guest whose VMM has just started. */
export interface RunningGuest {
  readonly vmm: Vmm;
  readonly lease: Lease;
  readonly share: GuestShare;
  readonly channel: GuestChannel;
}

/** Where others take part in a guest's life. None may throw. */
export interface GuestHooks {
  /** Gives what the VMM is started with instead. */
  machine?(machine: GuestMachine): GuestMachine;
  started?(guest: RunningGuest): void;
  /** After the coordinator itself has taken the message. */
  message?(message: AgentMessage): void;
  /** The VMM is gone. */
  ended?(): void;
  /** The rounds of a guest whose job says `stay`. */
  readonly rounds?: {
    /** The next round, or null if the guest is to end. */
    next(): GuestRound | null;
    /** A round passed, and another one follows; the last one's end is what the guest's run returns. */
    ended(end: GuestEnd): void;
  };
}
