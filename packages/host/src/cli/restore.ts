import { exitCodes } from '@coordinator/shared/report/exit-code';
import type { DefineCommand } from './command.ts';
import { print, tell } from './print.ts';

export const defineRestore: DefineCommand = (command, setExitCode) => {
  command
    .argument('[bdf...]', 'only these functions; all when none is named')
    .action(async (names: string[]) => {
      const { readBdf } = await import('@coordinator/pci');
      const { deadRunsElsewhere, recoverBindings, recoverDeadRuns } = await import(
        '@coordinator/runner/recovery'
      );
      const only = names.map(readBdf);
      // Guests first: a function that one of them holds cannot be given back.
      const runs = await recoverDeadRuns();
      const bindings = await recoverBindings({ only, alsoBound: true });
      const all = [...runs, ...bindings];
      const elsewhere = deadRunsElsewhere();
      if (all.length + elsewhere.length === 0) tell('nothing to restore\n');
      for (const { summary } of runs) print(`${summary}\n`);
      for (const { summary, remedy } of [...bindings, ...elsewhere]) {
        print(`${summary}\n`);
        if (remedy !== undefined) print(`  → ${remedy}\n`);
      }
      setExitCode(
        elsewhere.length === 0 && all.every(({ complete }) => complete)
          ? exitCodes.passed
          : exitCodes.unavailable,
      );
    });
};
