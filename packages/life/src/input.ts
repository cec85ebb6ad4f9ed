import type { Moment } from '@coordinator/machine/lifetime';
import type { VmmExit } from '@coordinator/machine/vmm';
import type { AgentMessage, HostCommand } from '@coordinator/shared/message';
import type { ChannelUse, Device, GuestStart } from '@coordinator/shared/report';
import type { DeviceWitness } from './contract/work.ts';
import type { EarlyEnd } from './ending.ts';
import type { GuestRound } from './guest-end.ts';

/** What others than its agent know of what was done in a guest. */
export interface Stock {
  readonly witness: DeviceWitness | null;
  /** Whether that machine's kernel tells of each access that its IOMMU stops, and all that it told was passed on. */
  readonly kernelToldAll: boolean;
}

/** What a guest's life is told, in the order in which it happened. */
export type LifeInput =
  /** It has a device, and is no longer in the queue. */
  | { readonly type: 'leased'; readonly device: Device }
  /** Its VMM is about to be started. */
  | { readonly type: 'starting' }
  | {
      readonly type: 'started';
      readonly pid: number;
      readonly start: GuestStart;
      readonly command: readonly string[];
    }
  /** What the login on its console waits for, while it is not through. */
  | { readonly type: 'login'; readonly waitingFor: string }
  | { readonly type: 'console-line'; readonly line: string }
  /** What the kernel of the machine it runs on says of its device. */
  | { readonly type: 'host-kernel'; readonly kind: string; readonly text: string }
  | { readonly type: 'message'; readonly message: AgentMessage }
  | { readonly type: 'channel-use'; readonly channel: ChannelUse }
  /** Something was lost, damaged or not understood on the channel. */
  | { readonly type: 'channel-problem'; readonly text: string }
  /** Worth telling, though nothing is lost. */
  | { readonly type: 'notice'; readonly text: string }
  /** Somebody sends its agent a command. */
  | { readonly type: 'commanded'; readonly command: HostCommand }
  /** The answer to `ask-round`. */
  | { readonly type: 'round'; readonly next: GuestRound | null }
  /** The answer to `take-stock`. */
  | ({ readonly type: 'stock' } & Stock)
  /** Whoever wanted to look at it is through. */
  | { readonly type: 'release' }
  /** Time has gone on; all that had arrived by then has been told. */
  | { readonly type: 'tick' }
  /** It is to end for this reason. */
  | { readonly type: 'end'; readonly early: EarlyEnd }
  /** Its VMM is gone; what it had said before is still being read. */
  | { readonly type: 'gone' }
  /** All of that has been told. */
  | ({ readonly type: 'exited'; readonly exit: VmmExit } & Stock)
  /** It could not be brought to life or kept there. */
  | { readonly type: 'failed'; readonly detail: string };

/** What is done about each. */
export type LifeHandlers = {
  readonly [Type in LifeInput['type']]: (input: Extract<LifeInput, { type: Type }>, now: Moment) => void;
};
