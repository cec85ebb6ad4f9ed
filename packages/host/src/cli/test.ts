import type { Command } from 'commander';
import type { TestOptions } from '../session/options.ts';
import { runTest } from '../session/test.ts';
import { applyConfigFile } from './config-file.ts';
import { addRunOptions, jobsOption } from './options.ts';
import { runCommand } from './run-command.ts';

export function addTestCommand(program: Command, setExitCode: (code: number) => void): void {
  const command = program
    .command('test')
    .description('run a plan once in every guest, side by side, and report');
  addRunOptions(command)
    .addOption(jobsOption('all, up to four for each core of this machine'))
    .addHelpText(
      'after',
      `
Examples:
  coordinator test --guests 2
  coordinator test --guests 8 --plan page --reporter terminal --reporter junit=results.xml
  coordinator test --plan my-plan.yaml --reporter json=-
  coordinator test --guests 4 --retry 2
`,
    )
    .action(async (options: TestOptions & { config?: string }) => {
      if (options.config) applyConfigFile(command, options.config);
      const chosen = command.opts<TestOptions>();
      setExitCode(await runCommand(chosen, (caller) => runTest(chosen, caller)));
    });
}
