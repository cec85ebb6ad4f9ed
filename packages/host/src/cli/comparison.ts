import { writeFile } from 'node:fs/promises';
import { messageOf, usageError } from '@coordinator/base/errors';
import { parseReporterOption, placeReporters } from '@coordinator/reporter';
import { toSafeJson } from '@coordinator/reporter/text';
import { exitCodes } from '@coordinator/shared/report/exit-code';
import { compareStored } from '../session/compare-runs.ts';
import type { ReporterOptions } from '../session/reporters.ts';
import { renderComparison } from './comparison-text.ts';
import { print, tell } from './print.ts';

/**
 * `coordinator report A B`.
 * @returns 1 if something fails in B that did not in A
 */
export async function compare(
  before: string,
  after: string,
  { runs, reporter = [], timings }: ReporterOptions & { readonly runs: string },
): Promise<number> {
  if (timings) throw usageError('--timings is of one run', 'a comparison has the times of both');
  const places = placeReporters(reporter.map(parseReporterOption));
  const other = places.find(({ name }) => name !== 'terminal' && name !== 'json');
  if (other) throw usageError(`a comparison cannot be written as ${other.name}`, 'take terminal or json');
  const { comparison, damage } = await compareStored(runs, before, after);
  for (const sentence of damage) tell(`coordinator: ${sentence}\n`);
  for (const { name, target } of places) {
    const text = name === 'json' ? `${toSafeJson(comparison)}\n` : renderComparison(comparison);
    if (target === 'stdout') print(text);
    else if (target === 'stderr') tell(text);
    else if ('file' in target) await write(target.file, text);
  }
  return comparison.worse ? exitCodes.failed : exitCodes.passed;
}

async function write(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((error: unknown) => {
    throw usageError(`the comparison cannot be written to ${file}: ${messageOf(error)}`, 'name another file');
  });
}
