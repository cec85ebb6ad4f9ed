import type { DefineCommand } from './command.ts';
import { runOption } from './options.ts';

export const defineRelease: DefineCommand = (command, setExitCode) => {
  command
    .argument('[guest...]', 'their names, as coordinator guests shows them')
    .option('-a, --all', 'all that are held', false)
    .addOption(runOption())
    .addHelpText(
      'after',
      `
Their tests are over already: they power off, and their results are what they were before.

Examples:
  coordinator test --guests 4 --hold failed
  coordinator shell guest-3
  coordinator release guest-3
  coordinator release --all
`,
    )
    .action(async (guests: string[], options: { run?: string; all: boolean }) => {
      const { release } = await import('./release-actions.ts');
      setExitCode(await release(guests, options));
    });
};
