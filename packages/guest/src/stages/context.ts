import type { AgentStage } from '@coordinator/shared/message/protocol';
import type { Job } from '@coordinator/shared/plan/job';
import type { Channel } from '../channel/channel.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { GuestSystem } from '../system/guest-system.ts';

/** What every stage has. */
export interface StageContext {
  readonly runtime: Runtime;
  readonly system: GuestSystem;
  readonly channel: Channel;
  readonly job: Job;
  /** Folder of the share: tool, modules. */
  readonly kit: string;
  /** Folder that the host reads. */
  readonly results: string;
  /** Where the folder of `--files` is; null when there is none. */
  readonly filesFolder: string | null;
  /** Whether the probe stage has found the exerciser good. */
  probed: boolean;
  /** Its device file; null until the probe stage has found one. */
  node: string | null;
  /** Its function; null until the probe stage has found one. */
  bdf: string | null;
  /** What the device's interrupts added up to at the last reading of /proc/interrupts. */
  counted: number;
  /** The device's rows at that reading. */
  vectors: number;
  /** Interrupts that tests must have raised since. */
  due: number;
}

/** What stages have before the first of them: nothing is found or counted yet. */
export const freshContext = (
  given: Omit<StageContext, 'probed' | 'node' | 'bdf' | 'counted' | 'vectors' | 'due'>,
): StageContext => ({ ...given, probed: false, node: null, bdf: null, counted: 0, vectors: 0, due: 0 });

export interface Stage {
  readonly name: AgentStage;
  /** Whatever it throws is trouble: the agent cannot go on. */
  run(context: StageContext): Promise<void>;
}
