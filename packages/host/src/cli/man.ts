import { version } from '../version.ts';
import type { DefineCommand } from './command.ts';
import { option } from './options.ts';

export const defineMan: DefineCommand = (command, setExitCode, whole) => {
  command
    .argument('[command...]', 'whose page: lab up (default: the program)')
    .addOption(option('--out <dir>', 'write the pages of all commands into this folder instead, as NAME.1'))
    .addHelpText(
      'after',
      `
Examples:
  coordinator man test | man -l -
  coordinator man --out ~/.local/share/man/man1
`,
    )
    .action(async (words: string[], { out }: { out?: string }) => {
      const { allPages, describe, findPage, manPage } = await import('./manual/index.ts');
      const root = describe(await whole());
      if (out === undefined) process.stdout.write(manPage(findPage(root, words), version));
      else {
        const { writePages } = await import('./manual/write-pages.ts');
        await writePages(allPages(root), version, out);
      }
      setExitCode(0);
    });
};
