import type { ExerciserStep, PlanDevice } from '@coordinator/shared/exerciser';
import type { Clock } from '../runtime/runtime.ts';
import type { GuestSystem } from '../system/guest-system.ts';
import type { ToolRun } from '../tool/kit-tool.ts';
import { hasDriver } from './sysfs-pci.ts';

/** A hot-plugged function, its driver and its device file each take a moment. */
const SETTLES_WITHIN_MS = 2000;
const RETRY_MS = 10;

/** The exerciser as this guest sees it; what is missing is null. */
export interface Finding {
  readonly bdf: string | null;
  readonly driver: string | null;
  readonly node: string | null;
  /** Null when function, driver and device file are all as they must be, else the first thing that is not. */
  readonly problem: string | null;
}

/** A kind of device, and how to know one. Its counterpart on the host says which functions it can use. */
interface DeviceKind {
  /** Its PCI driver; null where the plan names one, if it does. */
  readonly driver: string | null;
  /** Looks once, and changes nothing. @param wanted what the plan says of the function, if it does */
  inspect(system: GuestSystem, wanted?: PlanDevice): Finding;
  /** Loads the driver. @returns null, or why it could not be loaded. */
  loadDriver(system: GuestSystem, kit: string, wanted?: PlanDevice): Promise<string | null>;
  /** Labels of the rows of /proc/interrupts that are the function's; absent where their names tell. */
  interruptNumbers?(system: GuestSystem, bdf: string): readonly string[];
  /** Whether a line of /proc/interrupts is one of the device's. */
  ownsInterruptLine(line: string, bdf: string, numbers: readonly string[]): boolean;
}

/** One that moves data when it is told to, and the tool of the kit that tells it. */
export interface MovingDevice extends DeviceKind {
  /** Name of the program in the kit. */
  readonly tool: string;
  /** The tool's arguments. All steps of a job are of its exerciser. */
  arguments(step: ExerciserStep, node: string): string[];
  /** @returns null when the test passed, else why not, in one sentence. */
  judge(step: ExerciserStep, run: ToolRun): string | null;
  /** Commands that the device has been given so far; absent where there is one a transaction. */
  countCommands?(system: GuestSystem, node: string): number;
}

/** One that programs of the user's have move data, if anybody does. */
export interface BareDevice extends DeviceKind {
  readonly tool: null;
}

export type Exerciser = MovingDevice | BareDevice;

/** Waits until the exerciser is as it must be, for a moment, and loads its driver where there is none. */
export async function findExerciser(
  exerciser: Exerciser,
  system: GuestSystem,
  clock: Clock,
  kit: string,
  wanted?: PlanDevice,
): Promise<Finding> {
  const deadline = clock.now() + SETTLES_WITHIN_MS;
  const isLoaded = () => exerciser.driver !== null && hasDriver(system, exerciser.driver);
  let triedToLoad = false;
  for (;;) {
    const finding = exerciser.inspect(system, wanted);
    if (finding.problem === null) return finding;
    if (finding.bdf !== null && !triedToLoad && !isLoaded()) {
      triedToLoad = true;
      const problem = await exerciser.loadDriver(system, kit, wanted);
      // The kit's start script may have loaded it meanwhile.
      if (problem !== null && !isLoaded()) {
        return { ...finding, problem: `${finding.problem}: ${problem}` };
      }
      continue;
    }
    if (clock.now() >= deadline) return finding;
    await clock.sleep(RETRY_MS);
  }
}
