import { usageError } from '@coordinator/base/errors';
import {
  type FlakeRate,
  type HistoryEntry,
  type KeepRule,
  listFlakes,
  listHistory,
} from '@coordinator/history';
import { cleanLine } from '@coordinator/reporter/text';
import type { Outcome } from '@coordinator/shared/report';
import { exitCodes } from '@coordinator/shared/report/exit-code';
import { formatDuration } from '@coordinator/shared/units';
import { pruneHistory, whatRuns } from '../session/keep-runs.ts';
import { print, printJson, tell } from './print.ts';
import { renderTable } from './table.ts';

export interface HistoryOptions {
  readonly runs: string;
  readonly limit: number;
  readonly outcome?: Outcome;
  readonly flakes?: true;
  readonly last?: number;
  readonly rebuild: boolean;
  readonly json: boolean;
}

const COMMAND_CELLS = 44;
const REASON_CELLS = 70;
const TEST_CELLS = 48;
/** Version of what --json prints; fields are only ever added. */
const VERSION = 1;

/** @param asked whether `last` was given */
export async function showHistory(
  options: HistoryOptions & { readonly last: number },
  asked: boolean,
): Promise<number> {
  if (options.flakes) return showFlakes(options);
  if (asked) throw usageError('--last says what --flakes looks at', 'add --flakes, or take --limit');
  const { runs, json, limit, outcome, rebuild } = options;
  const query = { isRunning: whatRuns(), limit, rebuild, ...(outcome && { outcome }) };
  const history = await listHistory(runs, query);
  if (json) {
    printJson({ version: VERSION, ...history });
    return exitCodes.passed;
  }
  if (history.runs.length > 0) print(renderTable(HEADING, history.runs.map(toRow)));
  const hidden = history.matching - history.runs.length;
  if (history.kept === 0) tell(`no run is kept in ${runs}\n`);
  else if (history.matching === 0) tell(`none of ${history.kept} runs ended in ${outcome}\n`);
  else if (hidden > 0) tell(`… and ${hidden} more; --limit shows them\n`);
  return exitCodes.passed;
}

const HEADING = ['WHEN', 'RUN', 'OUTCOME', 'GUESTS', 'TIME', 'PLATFORM', 'COMMAND', 'REASON'];

function toRow(entry: HistoryEntry): string[] {
  const { run, started, state, outcome, rounds, guests, duration_ms: duration, flaky } = entry;
  return [
    started.slice(0, 'YYYY-MM-DDThh:mm'.length).replace('T', ' '),
    run,
    outcome === null ? state : flaky > 0 && outcome === 'pass' ? 'pass, flaky' : outcome,
    rounds === null ? String(guests) : `${guests}, ${rounds} rounds`,
    duration === null ? '' : formatDuration(duration),
    cleanLine(entry.platform ?? '', TEST_CELLS),
    cleanLine(entry.command, COMMAND_CELLS),
    cleanLine(entry.reason ?? '', REASON_CELLS),
  ];
}

async function showFlakes({
  runs,
  json,
  last,
  rebuild,
}: HistoryOptions & { readonly last: number }): Promise<number> {
  const flakes = await listFlakes(runs, { isRunning: whatRuns(), rebuild, last });
  if (json) {
    printJson({ version: VERSION, ...flakes });
    return exitCodes.passed;
  }
  if (flakes.failing.length > 0) print(renderTable(FLAKE_HEADING, flakes.failing.map(toFlakeRow)));
  const plural = flakes.steady === 1 ? 'test' : 'tests';
  tell(
    flakes.runs === 0
      ? `no finished run is kept in ${runs}\n`
      : `${flakes.steady} ${flakes.failing.length === 0 ? '' : 'other '}${plural} never failed in the last ${flakes.runs} runs\n`,
  );
  return exitCodes.passed;
}

const FLAKE_HEADING = ['TEST', 'RUNS', 'GUESTS', 'FAILED', 'RATE', '95%', 'FLIPS', 'LAST FAILED IN'];

function toFlakeRow({
  test,
  runs,
  guests,
  failed,
  rate,
  low,
  high,
  flips,
  last_failed,
}: FlakeRate): string[] {
  const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
  const counts = [runs, guests, failed].map(String);
  return [
    cleanLine(test, TEST_CELLS),
    ...counts,
    percent(rate),
    `${percent(low)} - ${percent(high)}`,
    String(flips),
    last_failed ?? '',
  ];
}

export interface PruneCommandOptions {
  readonly runs: string;
  readonly keepRuns: KeepRule;
  readonly failedToo: boolean;
  readonly dryRun: boolean;
}

export async function prune({
  runs,
  keepRuns: keep,
  failedToo,
  dryRun,
}: PruneCommandOptions): Promise<number> {
  const { removed, spared } = await pruneHistory(runs, { keep, failedToo, dryRun });
  for (const { run, outcome, state } of removed) print(`${run}  ${outcome ?? state}\n`);
  const some = (count: number) => `${count} ${count === 1 ? 'run' : 'runs'}`;
  const kept =
    spared > 0 ? `; ${some(spared)} beyond that ${spared === 1 ? 'stays' : 'stay'}, not having passed` : '';
  tell(`${dryRun ? 'would remove' : 'removed'} ${some(removed.length)}${kept}\n`);
  return exitCodes.passed;
}
