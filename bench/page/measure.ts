import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, percent, print, range } from '../statistics.ts';
import { runWatched } from './watched-run.ts';

const CLIENTS = 50;
export const LEAST_PAIRS = 5;

/**
 * What it costs a run that so many look at it. Of three runs in a row the one in the middle is looked at: it is compared with
 * the mean of its neighbours, and these with each other, which says how much of the difference is the machine's own.
 */
export async function measurePage(coordinator: string, pairs: number): Promise<void> {
  const runs = mkdtempSync(join(tmpdir(), 'bench-page-'));
  const options = ['test', '--guests', '2', '--runs', runs, '--serve', '0'];
  const command = [process.execPath, coordinator, ...options] as [string, ...string[]];
  const [ratios, shares, noise, noiseOfShares]: number[][] = [[], [], [], []];
  try {
    // Once before it counts: what guests are restored from is made then.
    await runWatched(command, 0);
    for (let pair = 0; pair < pairs; pair++) {
      const before = await runWatched(command, 0);
      const watched = await runWatched(command, CLIENTS);
      const after = await runWatched(command, 0);
      const alone = (before.ms + after.ms) / 2;
      ratios?.push(watched.ms / alone);
      shares?.push((watched.cpuMs - (before.cpuMs + after.cpuMs) / 2) / alone);
      noise?.push(after.ms / before.ms);
      noiseOfShares?.push((after.cpuMs - before.cpuMs) / alone);
    }
  } finally {
    rmSync(runs, { recursive: true, force: true });
  }
  const told = (values: readonly number[] = []) => `${median(values).toFixed(3)}×, ${range(values, 3)}`;
  const toldShares = (values: readonly number[] = []) =>
    `${percent(median(values))}, ${range(
      values.map((share) => 100 * share),
      1,
    )}`;
  print(`coordinator test --guests 2, ${CLIENTS} clients`, `${told(ratios)} of ${pairs} pairs`, '≤ 1.03×');
  print('the same without clients, run to run', told(noise), '');
  print('processor, of the time of the run', `${toldShares(shares)} more`, '');
  print('the same without clients, run to run', toldShares(noiseOfShares), '');
}
