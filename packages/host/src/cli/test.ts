import type { TestOptions } from '../session/options.ts';
import type { DefineCommand } from './command.ts';
import { jobsOption } from './options.ts';
import { runAction } from './run-action.ts';
import { addRunOptions } from './run-options.ts';

export const defineTest: DefineCommand = (command, setExitCode) => {
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
    .action(runAction(command, test, setExitCode));
};

async function test(options: TestOptions): Promise<number> {
  const { runCommand } = await import('./run-command.ts');
  const { runTest } = await import('../session/test.ts');
  return runCommand(options, (caller) => runTest(options, caller));
}
