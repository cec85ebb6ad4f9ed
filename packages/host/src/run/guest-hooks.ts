import type { GuestMachine, Vmm } from '@coordinator/machine/vmm';
import type { AgentMessage } from '@coordinator/shared/message';
import type { Plan } from '@coordinator/shared/plan';
import type { ChannelUse } from '@coordinator/shared/report';
import type { GuestChannel } from '../channel/index.ts';
import type { Lease } from '../platform/platform.ts';
import type { EarlyEnd, Ending } from './ending.ts';
import type { GuestShare } from './guest-share.ts';

/** How one round of a guest ended, with what tells why. */
export interface GuestEnd extends Ending {
  readonly id: string;
  /** What the coordinator ended it for; null when it ended by itself. */
  readonly cause: EarlyEnd['cause'] | null;
  /** What killed the VMM, if anything did. */
  readonly signal: string | null;
  readonly channel: ChannelUse;
  /** How often the channel had something wrong with it. */
  readonly problems: number;
  readonly saidBye: boolean;
  readonly boot_ms: number | null;
  /** From hello, or from when the round was asked for, to the agent's last word of it. */
  readonly agent_ms: number | null;
  readonly duration_ms: number;
}

/** One more round for a guest that stays. */
export interface GuestRound {
  readonly id: string;
  readonly number: number;
  readonly plan: Plan;
}

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
