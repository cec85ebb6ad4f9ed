import { exitCodes } from '@coordinator/shared/report';
import type { Command } from 'commander';
import {
  BindingJournal,
  type BindingPlan,
  bindAll,
  PciSysfs,
  planBinding,
  readBdf,
  VFIO_DRIVER,
} from '../pci/index.ts';

interface BindOptions {
  readonly group: boolean;
  readonly dryRun: boolean;
}

export function addBindCommand(program: Command, setExitCode: (code: number) => void): void {
  program
    .command('bind')
    .description('hand functions to vfio-pci, until coordinator restore gives them back')
    .argument('<bdf...>', 'PCI functions, such as 0000:08:00.1')
    .option('--group', 'also the other functions of their IOMMU groups', false)
    .option('--dry-run', 'only say what would be done, and what stands against it', false)
    .addHelpText(
      'after',
      '\nAll of them or none: every function is looked at before the first is changed, and one that the host uses (a disk\n' +
        'that is mounted, an interface that carries the default route) is refused.',
    )
    .action(async (names: string[], { group, dryRun }: BindOptions) => {
      const pci = new PciSysfs();
      const journal = new BindingJournal();
      const plan = planBinding(pci, journal, names.map(readBdf), { wholeGroups: group });
      if (dryRun) {
        process.stdout.write(describe(plan));
        for (const obstacle of plan.obstacles) process.stderr.write(`coordinator: ${obstacle}\n`);
        setExitCode(plan.obstacles.length === 0 ? exitCodes.passed : exitCodes.unavailable);
        return;
      }
      await bindAll(pci, journal, plan, (bdf) => process.stdout.write(`${bdf} is bound to ${VFIO_DRIVER}\n`));
      setExitCode(exitCodes.passed);
    });
}

function describe({ steps, remarks }: BindingPlan): string {
  const lines = steps.map(({ bdf, driver, action }) =>
    action === 'keep'
      ? `${bdf} is bound to ${VFIO_DRIVER} already`
      : `${bdf} would go from ${driver ?? 'no driver'} to ${VFIO_DRIVER}`,
  );
  return [...lines, ...remarks.map((remark) => `${remark}: left as it is`)]
    .map((line) => `${line}\n`)
    .join('');
}
