import { lstat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CoordinatorError } from '@coordinator/base/errors';
import { compareMeasured, type MeasuredRun, readMeasured } from '@coordinator/history/compare';
import { conclude } from '@coordinator/history/compare/words';
import { EVENTS_FILE, findRun, REPORT_FILE } from '@coordinator/store';
import type { FrameOf } from '../protocol/index.ts';
import { boundComparison } from './bound-comparison.ts';

/** Of more, a server that many look at reads nothing: `coordinator report` does. */
const MAX_BYTES = 32 * 2 ** 20;
/** Comparisons that wait for their turn, of all clients together. */
const MAX_WAITING = 16;

/** What changed from one stored run to another, one comparison at a time: reading a report takes memory. */
export class Comparisons {
  readonly #runsDir: string;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(runsDir: string) {
    this.#runsDir = runsDir;
  }

  /**
   * @param before names a run of the store, and nothing else
   * @throws CoordinatorError
   */
  async compare(before: string, after: string): Promise<FrameOf<'comparison'>> {
    if (this.#waiting >= MAX_WAITING)
      throw new CoordinatorError('too many runs are being compared; try again soon');
    this.#waiting += 1;
    const turn = this.#last.then(() => this.#compare(before, after));
    this.#last = turn.catch(() => {});
    return turn.finally(() => {
      this.#waiting -= 1;
    });
  }

  async #compare(before: string, after: string): Promise<FrameOf<'comparison'>> {
    const [first, second] = [await this.#read(before), await this.#read(after)];
    const whole = compareMeasured(first, second);
    return { type: 'comparison', before, after, conclusion: conclude(whole), ...boundComparison(whole) };
  }

  async #read(name: string): Promise<MeasuredRun> {
    const folder = await findRun(this.#runsDir, name);
    const report = await lstat(join(folder, REPORT_FILE)).catch(() => null);
    const file = report ?? (await lstat(join(folder, EVENTS_FILE)).catch(() => null));
    if (file && file.size > MAX_BYTES)
      throw new CoordinatorError(
        `${basename(folder)} has too much to be compared here; "coordinator report A B" does it`,
      );
    return (await readMeasured({ kind: 'folder', folder })).measured;
  }
}
