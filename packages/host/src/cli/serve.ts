import { exitCodes } from '@coordinator/shared/report/exit-code';
import type { DefineCommand } from './command.ts';
import { option, runsOption } from './options.ts';
import { tell } from './print.ts';

interface ServeOptions {
  readonly listen: string;
  readonly runs: string;
}

const DEFAULT_PORT = '8590';

export const defineServe: DefineCommand = (command, setExitCode) => {
  command
    .addOption(
      option('--listen <[host:]port>', 'where to listen; 0 takes a port that is free').default(DEFAULT_PORT),
    )
    .addOption(runsOption())
    .addHelpText(
      'after',
      `
Serves until it is interrupted. Only this machine can connect unless a host is given; others need the token that is in
the URL then. Nothing can be changed by the page. Programs can listen too: docs/page.md.
  COORDINATOR_TOKEN  the token, in place of one that is drawn; demanded of this machine as well

Examples:
  coordinator serve
  coordinator serve --listen 0.0.0.0:8590 --runs /srv/runs
`,
    )
    .action(async (options: ServeOptions) => setExitCode(await serve(options)));
};

async function serve({ listen, runs }: ServeOptions): Promise<number> {
  const { openStoredPage } = await import('../session/stored-page.ts');
  const page = await openStoredPage(listen, runs);
  tell(`serving ${page.runsDir} at ${page.url}\n`);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  await new Promise<void>((resolve) => {
    for (const signal of signals) process.once(signal, () => resolve());
  });
  await page.close();
  return exitCodes.interrupted;
}
