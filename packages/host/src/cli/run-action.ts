import type { Command } from 'commander';
import type { PlanOptions } from '../session/load-plan.ts';

/** What a command that runs guests does with its options, once those of `--config` are in; its exit code. */
export type RunAction<Options> = (options: Options) => Promise<number>;

/** @returns the action of `command`: shows what `--list` asks for, or does `run`. */
export function runAction<Options extends PlanOptions>(
  command: Command,
  run: RunAction<Options>,
  setExitCode: (code: number) => void,
): (options: { readonly config?: string }) => Promise<void> {
  return async ({ config }) => {
    if (config) (await import('./config-file.ts')).applyConfigFile(command, config);
    const options = command.opts<Options & { readonly list?: true }>();
    if (options.list) (await import('./list-tests.ts')).listTests(options);
    else setExitCode(await run(options));
  };
}
