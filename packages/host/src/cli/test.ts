import type { Command } from 'commander';
import { run } from '../run/index.ts';
import { choosePlatform } from '../session/prepare-guests.ts';
import { prepareRunHere } from '../session/prepare-here.ts';
import { type PrepareRun, runSession } from '../session/session.ts';
import { applyConfigFile } from './config-file.ts';
import { addRunOptions, type TestOptions } from './options.ts';

export function addTestCommand(program: Command, setExitCode: (code: number) => void): void {
  const command = program
    .command('test')
    .description('run a plan once in every guest, all at once, and report');
  addRunOptions(command)
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
      setExitCode(await test(command.opts<TestOptions>()));
    });
}

function test(options: TestOptions): Promise<number> {
  const kind = choosePlatform(options);
  const prepare: PrepareRun = async (plan, interrupt) => {
    if (kind === 'lab') {
      // Loaded when it is asked for: a run on this machine starts the sooner.
      const start = await (await import('../session/prepare-lab.ts')).prepareLabRun(options, plan, interrupt);
      return (context, log) => start({ ...context, listeners: [log.append, ...context.listeners] });
    }
    const { guests: concurrent, seed = null, vary = 'seeds', retry: retries } = options;
    return prepareRunHere(kind, { options, plan, concurrent }, interrupt, (common, log) =>
      run({ ...common, seed, vary, retries, listeners: [log.append, ...common.listeners] }),
    );
  };
  return runSession(options, prepare);
}
