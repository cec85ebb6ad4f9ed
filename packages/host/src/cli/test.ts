import type { TestOptions } from '../session/options.ts';
import type { DefineCommand } from './command.ts';
import { jobsOption } from './options.ts';
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
    .action(async (options: TestOptions & { config?: string; list?: true }) => {
      if (options.config) (await import('./config-file.ts')).applyConfigFile(command, options.config);
      const chosen = command.opts<TestOptions>();
      if (options.list) return (await import('./list-tests.ts')).listTests(chosen);
      const { runCommand } = await import('./run-command.ts');
      const { runTest } = await import('../session/test.ts');
      setExitCode(await runCommand(chosen, (caller) => runTest(chosen, caller)));
    });
};
