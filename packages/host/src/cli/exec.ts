import type { DefineCommand } from './command.ts';
import { runOption } from './options.ts';

/** Loaded when one of them is called. */
const actions = () => import('./guest-actions.ts');

export const defineExec: DefineCommand = (command, setExitCode) => {
  command
    .argument('<guest>', 'its name, as coordinator guests shows it')
    .argument('<command...>', 'the command and its arguments; put -- in front')
    .addOption(runOption())
    .option('-t, --terminal', 'give it this terminal: line editing, Ctrl-C, size')
    .option('--cwd <dir>', 'folder to run it in', '/')
    .addHelpText(
      'after',
      `
Examples:
  coordinator exec guest-1 -- cat /proc/interrupts
  coordinator exec guest-1 -- sh -c 'dmesg | tail'
  coordinator exec guest-1 --cwd /tmp -- tee file <file
`,
    )
    .action(
      async (guest: string, words: string[], options: { run?: string; cwd: string; terminal?: boolean }) =>
        setExitCode(await (await actions()).exec(guest, words, options)),
    );
};

export const defineShell: DefineCommand = (command, setExitCode) => {
  command
    .argument('<guest>', 'its name, as coordinator guests shows it')
    .addOption(runOption())
    .action(async (guest: string, { run }: { run?: string }) =>
      setExitCode(
        await (await actions()).exec(guest, ['sh', '-l'], { ...(run && { run }), cwd: '/', terminal: true }),
      ),
    );
};
