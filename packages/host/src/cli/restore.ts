import { exitCodes } from '@coordinator/shared/report';
import type { Command } from 'commander';
import { readBdf } from '../pci/index.ts';
import { recoverBindings, recoverDeadRuns } from '../recovery/index.ts';

export function addRestoreCommand(program: Command, setExitCode: (code: number) => void): void {
  program
    .command('restore')
    .description('end the guests of runs that died, complete their reports, and give back what was taken')
    .argument('[bdf...]', 'only these functions; all when none is named')
    .action(async (names: string[]) => {
      const only = names.map(readBdf);
      // Guests first: a function that one of them holds cannot be given back.
      const runs = await recoverDeadRuns();
      const bindings = await recoverBindings({ only, alsoBound: true });
      const all = [...runs, ...bindings];
      if (all.length === 0) process.stderr.write('nothing to restore\n');
      for (const { summary } of all) process.stdout.write(`${summary}\n`);
      setExitCode(all.every(({ complete }) => complete) ? exitCodes.passed : exitCodes.unavailable);
    });
}
