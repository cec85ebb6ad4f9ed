import type { DefineCommand } from './command.ts';
import { addQueueOptions, jobsOption, option, runsOption } from './options.ts';
import { repeated } from './values.ts';
import type { WorkerCommandOptions } from './worker-action.ts';

export const defineWorker: DefineCommand = (command, setExitCode) => {
  addQueueOptions(command)
    .addOption(option('--name <name>', "what this host is called in the fleet (default: the machine's name)"))
    .addOption(
      option('--label <label>', 'what --on asks for, such as board=n1sdp; repeatable').argParser(repeated),
    )
    .addOption(jobsOption('four for each core of this machine'))
    .addOption(runsOption())
    .option('--cache <dir>', 'where built files are kept')
    .option('--no-color', 'plain output')
    .addHelpText(
      'after',
      `
It gives back first what a run here has left behind, and connects to the queue alone: nothing connects to it. SIGTERM or
Ctrl-C: it takes no more guests, and ends with those that it has; once more: it ends these, too.

Examples:
  coordinator worker --queue local
  coordinator worker --queue rediss://lab-7@queue.example.org --key fleet.key --label board=n1sdp
`,
    )
    .action(async (options: WorkerCommandOptions) =>
      setExitCode(await (await import('./worker-action.ts')).work(options)),
    );
};
