import { Argument } from 'commander';
import type { DefineCommand } from './command.ts';

export const defineCompletion: DefineCommand = (command, setExitCode, whole) => {
  command
    .addArgument(new Argument('<shell>', 'whose completion it is').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      `
Examples:
  source <(coordinator completion bash)
  coordinator completion zsh >~/.zfunc/_coordinator
  coordinator completion fish >~/.config/fish/completions/coordinator.fish
`,
    )
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const { completions, describe } = await import('./manual/index.ts');
      process.stdout.write(completions[shell](describe(await whole())));
      setExitCode(0);
    });
};
