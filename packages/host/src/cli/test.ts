import type { TestOptions } from '../session/options.ts';
import { BISECT_OPTION, bisectCodes, bisectExitCode, forBisect } from './bisect.ts';
import type { DefineCommand } from './command.ts';
import { holdOption, jobsOption, option } from './options.ts';
import { runAction } from './run-action.ts';
import { addRunOptions } from './run-options.ts';
import { repeated } from './values.ts';

interface TestCommandOptions extends TestOptions {
  readonly bisect: boolean;
}

export const defineTest: DefineCommand = (command, setExitCode, whole) => {
  addRunOptions(command)
    .addOption(jobsOption('all, up to four for each core of this machine'))
    .addOption(
      option(
        '--follow <guest>',
        'show what this guest prints on its console, as it comes; repeatable',
      ).argParser(repeated),
    )
    .addOption(holdOption())
    .addOption(
      option(BISECT_OPTION, 'exit codes for git bisect run: 0 good, 1 bad, 125 cannot be tested').default(
        false,
      ),
    )
    .addHelpText(
      'after',
      `
Examples:
  coordinator test --guests 2
  coordinator test --guests 8 --plan page --reporter terminal --reporter junit=results.xml
  coordinator test --plan my-plan.yaml --reporter json=-
  coordinator test --guests 4 --retry 2
  coordinator test --append loglevel=7 --follow guest-1
  coordinator test --guests 4 --hold failed
  coordinator test --kernel debian:6.12 --kernel debian:7.3 --kernel ~/linux
  coordinator test --kernel source:7.3+small+kasan
  coordinator test --queue local --guests 12 --retry 1
  git bisect run sh -c 'make -j8 Image modules || exit 125; coordinator test --bisect --kernel .'
`,
    )
    .action(runAction(command, test, setExitCode, whole));
};

async function test({ bisect, ...options }: TestCommandOptions): Promise<number> {
  const { runCommand } = await import('./run-command.ts');
  const { runTest } = await import('../session/test.ts');
  if (!bisect) return runCommand(options, (caller) => runTest(options, caller));
  const judged = { exitCodeOf: bisectExitCode, internalError: bisectCodes.skip };
  return forBisect(() => runCommand(options, (caller) => runTest(options, caller), judged));
}
