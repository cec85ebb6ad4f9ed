import { anyExerciser, type exerciserOf, exercisers } from '@coordinator/runner/exerciser';
import { defaultExerciser, type ExerciserName } from '@coordinator/shared/plan';
import type { DefineCommand } from './command.ts';
import { exerciserOption } from './exerciser-option.ts';
import { print, printJson, tell } from './print.ts';
import { renderTable } from './table.ts';

/** Of those whose tests destroy what they hold. */
const dataNotice = Object.values(exercisers)
  .filter(({ losesData }) => losesData === 'all')
  .map(({ phrase }) => phrase.replace(/^./, (letter) => letter.toUpperCase()))
  .map((phrase) => `${phrase} holds data: it is given\nto a guest only with --destroy-data.`)
  .join('\n');

interface DevicesOptions {
  readonly json: boolean;
  readonly exerciser?: ExerciserName;
  readonly plan?: string;
}

/** @throws CoordinatorError (usage) where it takes a plan to know which functions are meant */
async function askedFor({
  exerciser,
  plan,
}: Omit<DevicesOptions, 'json'>): Promise<Parameters<typeof exerciserOf>[0]> {
  if (plan !== undefined || (exerciser && exercisers[exerciser].meantBy)) {
    const { loadPlan } = await import('../session/load-plan.ts');
    return loadPlan({ ...(plan !== undefined && { plan }), ...(exerciser && { exerciser }) });
  }
  return { exerciser: exerciser ?? defaultExerciser };
}

export const defineDevices: DefineCommand = (command, setExitCode) => {
  command
    .description(`list every ${anyExerciser('noun')}, of this machine`)
    .addOption(exerciserOption().default(undefined, defaultExerciser))
    .option('--plan <name|file>', 'those that guests of this plan would get')
    .option('--json', 'print JSON', false)
    .addHelpText(
      'after',
      `\nGuests of the platform "virtual" bring their own and need none here. ${dataNotice}`,
    )
    .action(async ({ json, ...asked }: DevicesOptions) => {
      const { exerciserOf, findExercisers } = await import('@coordinator/runner/exerciser');
      const exerciser = exerciserOf(await askedFor(asked));
      const devices = findExercisers(exerciser);
      if (json) {
        printJson(devices);
      } else if (devices.length === 0) {
        tell(
          `no ${exerciser.noun} (${exerciser.identity}) on this machine\n` +
            `  → guests of the platform "virtual" bring their own: coordinator test --platform virtual\n`,
        );
      } else {
        const rows = devices.map((device) => [
          device.bdf,
          device.driver ?? '-',
          device.node ?? '-',
          device.iommu_group ?? '-',
          device.taken_by ?? (device.obstacle ? 'not assignable' : 'free'),
        ]);
        print(renderTable(['BDF', 'DRIVER', 'NODE', 'IOMMU GROUP', 'STATE'], rows));
        for (const { obstacle } of devices) if (obstacle) tell(`${obstacle}\n`);
      }
      setExitCode(0);
    });
};
