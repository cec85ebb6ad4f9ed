import type { ExerciserName } from '@coordinator/shared/plan';
import type { DefineCommand } from './command.ts';
import { exerciserOption } from './options.ts';
import { renderTable } from './table.ts';

export const defineDevices: DefineCommand = (command, setExitCode) => {
  command
    .addOption(exerciserOption().default('smmute'))
    .option('--json', 'print JSON', false)
    .addHelpText(
      'after',
      '\nGuests of the platform "virtual" bring their own and need none here. An NVMe function holds data: it is given\n' +
        'to a guest only with --destroy-data.',
    )
    .action(async ({ json, exerciser: name }: { json: boolean; exerciser: ExerciserName }) => {
      const { exercisers, findExercisers } = await import('../exerciser/index.ts');
      const exerciser = exercisers[name];
      const devices = findExercisers(exerciser);
      if (json) {
        process.stdout.write(`${JSON.stringify(devices, null, 2)}\n`);
      } else if (devices.length === 0) {
        process.stderr.write(
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
        process.stdout.write(renderTable(['BDF', 'DRIVER', 'NODE', 'IOMMU GROUP', 'STATE'], rows));
        for (const { obstacle } of devices) if (obstacle) process.stderr.write(`${obstacle}\n`);
      }
      setExitCode(0);
    });
};
