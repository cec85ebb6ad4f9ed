import type { ExerciserName, PlanDevice, TestStep } from '../exerciser/index.ts';
import type { InterruptReadings } from '../interrupts/index.ts';

/**
 * What the host asks of one guest's agent: the plan, with nothing left to default. It is written as JSON to
 * `job.json` in the guest's result folder before the guest starts. The agent trusts it.
 */
export interface Job {
  readonly version: 1;
  readonly run: string;
  readonly guest: string;
  readonly heartbeat_ms: number;
  /** What moves the data: the kind of device that the guest was given. */
  readonly exerciser: ExerciserName;
  /** The function that is tested, where the exerciser does not say it. */
  readonly device?: PlanDevice;
  /** When /proc/interrupts is read. */
  readonly interrupts: InterruptReadings;
  readonly tests: readonly TestStep[];
  /** Whether there is a share `files` with programs that tests name. */
  readonly files?: boolean;
  /** Wait for commands after the tests, instead of powering off. */
  readonly stay?: boolean;
  /** People may look at the guest when its tests are over, or it has panicked: it stands still then. Comes with `stay`. */
  readonly hold?: boolean;
  /** Report to this vsock port of the host; when that fails, to the shared file. */
  readonly vsock_port?: number;
}
