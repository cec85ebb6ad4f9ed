import { exitCodes } from '@coordinator/shared/report/exit-code';
import type { PciSysfs } from '../pci/index.ts';
import type { DefineCommand } from './command.ts';

export const defineBind: DefineCommand = (command, setExitCode) => {
  command
    .argument('<bdf...>', 'PCI functions, such as 0000:08:00.1')
    .option('--group', 'also the other functions of their IOMMU groups', false)
    .action(async (names: string[], { group }: { group: boolean }) => {
      const { BindingJournal, PciSysfs, readBdf, take } = await import('../pci/index.ts');
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
};

function groupOf(pci: PciSysfs, bdf: string): string[] {
  const group = pci.function(bdf)?.iommuGroup;
  if (!group) return [bdf];
  return pci
    .groupMembers(group)
    .filter(({ isBridge }) => !isBridge)
    .map((member) => member.bdf);
}
