import { exitCodes } from '@coordinator/shared/report';
import type { Command } from 'commander';
import { BindingJournal, PciSysfs, readBdf, take } from '../pci/index.ts';

export function addBindCommand(program: Command, setExitCode: (code: number) => void): void {
  program
    .command('bind')
    .description('hand functions to vfio-pci, until coordinator restore gives them back')
    .argument('<bdf...>', 'PCI functions, such as 0000:08:00.1')
    .option('--group', 'also the other functions of their IOMMU groups', false)
    .action(async (names: string[], { group }: { group: boolean }) => {
      const pci = new PciSysfs();
      const named = names.map(readBdf);
      const all = group ? named.flatMap((bdf) => groupOf(pci, bdf)) : named;
      const together = [...new Set(all)];
      for (const bdf of together) {
        await take(pci, new BindingJournal(), bdf, { owner: null, run: null }, together);
        process.stdout.write(`${bdf} is bound to vfio-pci\n`);
      }
      setExitCode(exitCodes.passed);
    });
}

function groupOf(pci: PciSysfs, bdf: string): string[] {
  const group = pci.function(bdf)?.iommuGroup;
  if (!group) return [bdf];
  return pci
    .groupMembers(group)
    .filter(({ isBridge }) => !isBridge)
    .map((member) => member.bdf);
}
