import type { BindingPlan } from '@coordinator/pci';
import { exitCodes } from '@coordinator/shared/report/exit-code';
import type { DefineCommand } from './command.ts';
import { print, tell } from './print.ts';

interface BindOptions {
  readonly group: boolean;
  readonly dryRun: boolean;
}

export const defineBind: DefineCommand = (command, setExitCode) => {
  command
    .argument('<bdf...>', 'PCI functions, such as 0000:08:00.1')
    .option('--group', 'also the other functions of their IOMMU groups', false)
    .option('--dry-run', 'only say what would be done, and what stands against it', false)
    .addHelpText(
      'after',
      '\nAll of them or none: every function is looked at before the first is changed, and one that the host uses (a disk\n' +
        'that is mounted, an interface that carries the default route) is refused.',
    )
    .action(async (names: string[], { group, dryRun }: BindOptions) => {
      const { BindingJournal, bindAll, PciSysfs, planBinding, readBdf } = await import('@coordinator/pci');
      const pci = new PciSysfs();
      const journal = new BindingJournal();
      const plan = planBinding(pci, journal, names.map(readBdf), { wholeGroups: group });
      if (dryRun) {
        print(describe(plan));
        for (const obstacle of plan.obstacles) tell(`coordinator: ${obstacle}\n`);
        setExitCode(plan.obstacles.length === 0 ? exitCodes.passed : exitCodes.unavailable);
        return;
      }
      await bindAll(pci, journal, plan, (bdf) => print(`${bdf} is bound to vfio-pci\n`));
      setExitCode(exitCodes.passed);
    });
};

function describe({ steps, remarks }: BindingPlan): string {
  const lines = steps.map(({ bdf, driver, action }) =>
    action === 'keep'
      ? `${bdf} is bound to vfio-pci already`
      : `${bdf} would go from ${driver ?? 'no driver'} to vfio-pci`,
  );
  return [...lines, ...remarks.map((remark) => `${remark}: left as it is`)]
    .map((line) => `${line}\n`)
    .join('');
}
