import type { Crash } from '@coordinator/machine/console';
import type { Plan } from '@coordinator/shared/plan';
import type { ChannelUse } from '@coordinator/shared/report';
import type { EarlyEnd, Ending } from './ending.ts';

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
  /** What its kernel died of, or broke by; null where it did not. */
  readonly crash: Crash | null;
}

/** One more round for a guest that stays. */
export interface GuestRound {
  readonly id: string;
  readonly number: number;
  readonly plan: Plan;
}
