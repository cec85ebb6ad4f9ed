import type { ExerciserStep } from '@coordinator/shared/exerciser';
import type { Clock } from '../runtime/runtime.ts';
import type { GuestSystem } from '../system/guest-system.ts';
import type { ToolRun } from '../tool/kit-tool.ts';

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

/**
 * A kind of device that moves data when it is told to, and the tool of the kit that tells it. Its counterpart on the
 * host says which functions it can use and which rows of /proc/interrupts are its own.
 */
export interface Exerciser {
  /** Its PCI driver. */
  readonly driver: string;
  /** Name of the program in the kit. */
  readonly tool: string;
  /** Looks once, and changes nothing. */
  inspect(system: GuestSystem): Finding;
  /** Loads the driver. @returns null, or why it could not be loaded. */
  loadDriver(system: GuestSystem, kit: string): Promise<string | null>;
  /** The tool's arguments. All steps of a job are of its exerciser. */
  arguments(step: ExerciserStep, node: string): string[];
  /** @returns null when the test passed, else why not, in one sentence. */
  judge(step: ExerciserStep, run: ToolRun): string | null;
  /** Whether a line of /proc/interrupts is one of the device's. */
  ownsInterruptLine(line: string, bdf: string): boolean;
  /** Commands that the device has been given so far; absent where there is one a transaction. */
  countCommands?(system: GuestSystem, node: string): number;
}

/** Waits until the exerciser is as it must be, for a moment, and loads its driver where there is none. */
export async function findExerciser(
  exerciser: Exerciser,
  system: GuestSystem,
  clock: Clock,
  kit: string,
): Promise<Finding> {
  const deadline = clock.now() + SETTLES_WITHIN_MS;
  const driver = system.path(`/sys/bus/pci/drivers/${exerciser.driver}`);
  let triedToLoad = false;
  for (;;) {
    const finding = exerciser.inspect(system);
    if (finding.problem === null) return finding;
    if (finding.bdf !== null && !triedToLoad && system.files.stat(driver) === null) {
      triedToLoad = true;
      const problem = await exerciser.loadDriver(system, kit);
      // The kit's start script may have loaded it meanwhile.
      if (problem !== null && system.files.stat(driver) === null) {
        return { ...finding, problem: `${finding.problem}: ${problem}` };
      }
      continue;
    }
    if (clock.now() >= deadline) return finding;
    await clock.sleep(RETRY_MS);
  }
}
