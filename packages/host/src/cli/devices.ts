import type { Command } from 'commander';
import { findExercisers } from '../pci/index.ts';
import { renderTable } from './table.ts';

export function addDevicesCommand(program: Command, setExitCode: (code: number) => void): void {
  program
    .command('devices')
    .description('list every SMMU test engine of this machine')
    .option('--json', 'print JSON', false)
    .addHelpText(
      'after',
      '\nEngines are PCI functions 13b5:ff80. Guests of the platform "virtual" bring their own and need none here.',
    )
    .action(async ({ json }: { json: boolean }) => {
      const devices = findExercisers();
      if (json) {
        process.stdout.write(`${JSON.stringify(devices, null, 2)}\n`);
      } else if (devices.length === 0) {
        process.stderr.write(
          'no SMMU test engine (PCI function 13b5:ff80) on this machine\n' +
            '  → guests of the platform "virtual" bring their own: coordinator test --platform virtual\n',
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
}
