import { lstatSync } from 'node:fs';
import { usageError } from '@coordinator/base/errors';
import type { Command } from 'commander';
import type { PlanOptions } from '../session/load-plan.ts';

/** What a command that runs guests does with its options, once those of `--config` are in; its exit code. */
export type RunAction<Options> = (options: Options) => Promise<number>;

/** Found by itself in the folder that a command is started in. */
const CONFIG_FILE = 'coordinator.yaml';
/** The commands that it is for. */
const CONFIGURED = ['test', 'stress'];

/** @returns the action of `command`: shows what `--list` asks for, or does `run`. */
export function runAction<Options extends PlanOptions>(
  command: Command,
  run: RunAction<Options>,
  setExitCode: (code: number) => void,
  whole: () => Promise<Command>,
): (options: { readonly config?: string | false }) => Promise<void> {
  return async ({ config = findConfig() }) => {
    if (config) {
      const { applyConfigFile } = await import('./config-file.ts');
      const others = async () => (await whole()).commands.filter((one) => CONFIGURED.includes(one.name()));
      await applyConfigFile(command, config, others);
    }
    const options = command.opts<Options & { readonly list?: true }>();
    if (options.list) (await import('./list-tests.ts')).listTests(options);
    else setExitCode(await run(options));
  };
}

/** @throws CoordinatorError for one that somebody else put there: it may name programs that are run. */
function findConfig(): string | false {
  const stats = lstatSync(CONFIG_FILE, { throwIfNoEntry: false });
  if (!stats) return false;
  if (!stats.isFile() || ![process.getuid?.(), 0].includes(stats.uid))
    throw usageError(
      `${CONFIG_FILE} of this folder is not taken by itself: ${stats.isFile() ? 'it belongs to another user' : 'it is no regular file'}`,
      `look at it, and give --config ${CONFIG_FILE} or --no-config`,
    );
  return CONFIG_FILE;
}
