import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoredList } from '@coordinator/page';
import { median, print } from '../statistics.ts';
import { measureNode, type Spent } from './child.ts';
import { storeRuns, storeStress } from './stores.ts';

// `npm run bench -- history [RUNS] [ROUNDS]`: what lists of stored runs take, and the comparison of two stress runs. Time is
// that of the processor, which other work on the machine changes least; what Node alone takes stands beside it.

const count = Number(process.argv[2] ?? 2000);
const rounds = Number(process.argv[3] ?? 10_000);
const TIMES = 9;
const coordinator = join(process.cwd(), 'packages/host/bin/coordinator.js');
const runs = mkdtempSync(join(tmpdir(), 'bench-history-'));
const stress = mkdtempSync(join(tmpdir(), 'bench-stress-'));

const told = (spent: readonly Spent[]) =>
  `${median(spent.map(({ processorMs }) => processorMs)).toFixed(0)} ms of a processor, ${median(spent.map(({ wallMs }) => wallMs)).toFixed(0)} ms, ${Math.max(...spent.map(({ peakMib }) => peakMib)).toFixed(0)} MiB`;
const repeat = (...args: Parameters<typeof measureNode>) =>
  Array.from({ length: TIMES }, () => measureNode(...args));

try {
  storeRuns(runs, count);
  print('node alone', told(repeat(['-e', '0'])), '');
  print(
    `history of ${count} runs, no index yet`,
    told([measureNode([coordinator, 'history', '--runs', runs])]),
    '',
  );
  print(`history of ${count} runs`, told(repeat([coordinator, 'history', '--runs', runs])), '< 500 ms');
  const outcome = [coordinator, 'history', '--outcome', 'fail', '--runs', runs];
  print('the same, by outcome', told(repeat(outcome)), '< 500 ms');
  await measureList();
  for (const withReport of [true, false]) {
    const names = withReport
      ? ['20261120-000000-aaaa', '20261121-000000-aaaa']
      : ['20261122-000000-aaaa', '20261123-000000-aaaa'];
    for (const name of names) storeStress(stress, name, rounds, withReport);
    const what = `report A B, ${rounds} rounds ${withReport ? 'each' : 'of events'}`;
    print(what, told([measureNode([coordinator, 'report', ...names, '--runs', stress])]), '');
  }
} finally {
  for (const folder of [runs, stress]) rmSync(folder, { recursive: true, force: true });
}

/** As a server has it that just began, and then each time that a page asks. */
async function measureList(): Promise<void> {
  const spent = async (list: StoredList) => {
    const before = process.cpuUsage();
    await list.list(null, 50);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  const fresh: number[] = [];
  for (let time = 0; time < TIMES; time++) fresh.push(await spent(new StoredList(runs, () => new Set())));
  print("the page's list of them, 50 a page", `${median(fresh).toFixed(0)} ms of a processor`, '< 500 ms');
}
