import { exitCodes } from '@coordinator/shared/report';
import type { Command } from 'commander';
import { recoverDeadRuns } from '../recovery/index.ts';

export function addRestoreCommand(program: Command, setExitCode: (code: number) => void): void {
  program
    .command('restore')
    .description('end the guests of runs that died, complete their reports, and give back what they took')
    .action(async () => {
      const recovered = await recoverDeadRuns();
      if (recovered.length === 0) process.stderr.write('nothing to restore\n');
      for (const { summary } of recovered) process.stdout.write(`${summary}\n`);
      setExitCode(recovered.every(({ complete }) => complete) ? exitCodes.passed : exitCodes.unavailable);
    });
}
