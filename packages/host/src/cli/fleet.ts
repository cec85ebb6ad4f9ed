import type { DefineCommand } from './command.ts';
import type { FleetCommandOptions } from './fleet-actions.ts';
import { addQueueOptions } from './options.ts';

/** Loaded when one of them is called. */
const actions = () => import('./fleet-actions.ts');

export const defineFleet: DefineCommand = (command, setExitCode) => {
  addQueueOptions(command)
    .option('--json', 'print JSON', false)
    .addHelpText(
      'after',
      `
Without --queue, it is the queue of this machine that is meant.

Examples:
  coordinator fleet up
  coordinator fleet --queue redis://queue.example.org --key fleet.key
  coordinator fleet drain lab-7
`,
    )
    .action(async (options: FleetCommandOptions) => setExitCode(await (await actions()).list(options)));
  command
    .command('up')
    .description('start a queue on this machine: Valkey, on loopback, with a password; what is in it is kept')
    .option('--cache <dir>', 'where built files are kept')
    .option('--no-color', 'plain output')
    .action(async (options: { readonly cache?: string; readonly color: boolean }) =>
      setExitCode(await (await actions()).up(options)),
    );
  command
    .command('down')
    .description('end it; what is in it is kept')
    .action(async () => setExitCode(await (await actions()).down()));
  addQueueOptions(
    command
      .command('drain')
      .description('have a host take no more guests, and its worker end')
      .argument('<host>'),
  ).action(async (host: string, options: FleetCommandOptions) => {
    setExitCode(await (await actions()).drain(host, { ...command.opts<FleetCommandOptions>(), ...options }));
  });
};
