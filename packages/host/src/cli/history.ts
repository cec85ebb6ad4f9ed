import { Option } from 'commander';
import type { DefineCommand } from './command.ts';
import type { HistoryOptions, PruneCommandOptions } from './history-actions.ts';
import { keepRunsOption, option, runsOption } from './options.ts';
import { wholeNumber } from './values.ts';

/** Loaded when one of them is called. */
const actions = () => import('./history-actions.ts');

/** As `outcomes` of a report, which brings the schemas. */
const OUTCOMES = ['pass', 'fail', 'hang', 'panic', 'error'];
const MAX_RUNS = 1_000_000;
const SHOWN = 20;
/** What a flake rate is made of unless something else is said. */
const LAST = 100;

export const defineHistory: DefineCommand = (command, setExitCode) => {
  const history = command
    .addOption(
      option('-n, --limit <n>', 'show at most so many, the newest')
        .default(SHOWN)
        .argParser(wholeNumber(1, MAX_RUNS)),
    )
    .addOption(new Option('--outcome <outcome>', 'only runs that ended like this').choices(OUTCOMES))
    .addOption(option('--flakes', 'how often each test failed over the last runs').conflicts('outcome'))
    .addOption(
      option('--last <n>', `runs that --flakes looks at (default: ${LAST})`).argParser(
        wholeNumber(1, MAX_RUNS),
      ),
    )
    .addOption(option('--rebuild', 'read all reports again, and write the index of them anew').default(false))
    .option('--json', 'print JSON', false)
    .addOption(runsOption())
    .addHelpText(
      'after',
      `
Examples:
  coordinator history --outcome panic
  coordinator history --flakes --last 50
  coordinator history prune --keep-runs 90d
`,
    )
    .action(async (options: HistoryOptions) =>
      setExitCode(
        await (await actions()).showHistory(
          { ...options, last: options.last ?? LAST },
          options.last !== undefined,
        ),
      ),
    );
  history
    .command('prune')
    .description('remove old runs that passed; those that did not stay')
    .addOption(keepRunsOption().makeOptionMandatory())
    .option('--failed-too', 'remove those as well that did not pass', false)
    .option('--dry-run', 'only say which', false)
    .addOption(runsOption())
    .action(async (options: PruneCommandOptions) => setExitCode(await (await actions()).prune(options)));
};
