import { resolve } from 'node:path';
import { usageError } from '@coordinator/base/errors';
import { distance } from 'fastest-levenshtein';
import { formats, type ReporterName, reporterNames } from './formats/formats.ts';

/** One `--reporter NAME[=FILE]`. */
export interface ReporterSpec {
  readonly name: ReporterName;
  /** null stands for standard output. */
  readonly file: string | null;
}

export type ReporterTarget = 'stdout' | 'stderr' | { readonly file: string } | { readonly url: string };

export interface PlacedReporter {
  readonly name: ReporterName;
  readonly target: ReporterTarget;
}

/** Ways to write a reporter that name a version of its format, as others have it. */
const versions: ReadonlyMap<string, ReporterSpec> = new Map([
  ['tap=13', { name: 'tap13', file: null }],
  ['tap=14', { name: 'tap', file: null }],
]);

/** Reads `terminal`, `json=FILE`, `json=-` or `tap=13`. @throws CoordinatorError (usage) */
export function parseReporterOption(text: string): ReporterSpec {
  const versioned = versions.get(text);
  if (versioned) return versioned;
  const [, name = '', , file = null] = /^([^=]*)(=(.*))?$/s.exec(text) ?? [];
  const known = reporterNames.find((candidate) => candidate === name);
  if (!known) {
    const meant = closestName(name, reporterNames);
    throw usageError(
      `there is no reporter "${name}"${meant ? `; did you mean "${meant}"?` : ''}`,
      `the reporters are ${reporterNames.join(', ')}`,
    );
  }
  if (file === '')
    throw usageError(
      `--reporter ${known}= names no file`,
      `write ${known}=FILE, or ${known}=- for standard output`,
    );
  return { name: known, file: file === '-' ? null : file };
}

/** The name that `text` was probably meant to be, if it is at most two typing mistakes away. */
function closestName<Name extends string>(text: string, names: readonly Name[]): Name | undefined {
  if (text.length > 64) return undefined;
  const [closest] = names
    .map((name) => ({ name, mistakes: distance(text.toLowerCase(), name) }))
    .filter(({ name, mistakes }) => mistakes <= 2 && mistakes < name.length)
    .sort((a, b) => a.mistakes - b.mistakes);
  return closest?.name;
}

/**
 * Gives every reporter its place. Only one may write to standard output; when that is not the terminal reporter, the
 * terminal reporter writes to standard error. Without any on standard output the terminal reporter comes in,
 * unless `onlyThese`. The timings stand on standard error, below whatever else is shown.
 * @throws CoordinatorError (usage) when two would write to one place.
 */
export function placeReporters(specs: readonly ReporterSpec[], onlyThese = false): PlacedReporter[] {
  const isBelow = ({ name, file }: ReporterSpec) => name === 'timings' && file === null;
  const placed = placeApart(
    specs.filter((spec) => !isBelow(spec)),
    onlyThese,
  );
  // It writes when all others are done.
  return specs.some(isBelow) ? [...placed, { name: 'timings', target: 'stderr' }] : placed;
}

function placeApart(specs: readonly ReporterSpec[], onlyThese: boolean): PlacedReporter[] {
  const machine = specs.filter((spec) => spec.file === null && spec.name !== 'terminal');
  const onStdout = specs.filter((spec) => spec.file === null);
  const all =
    onStdout.length === 0 && !onlyThese ? [{ name: 'terminal', file: null } as const, ...specs] : specs;
  const placed = all.map(({ name, file }): PlacedReporter => {
    if (file !== null)
      return { name, target: isAddress(name, file) ? { url: file } : { file: resolve(file) } };
    return { name, target: name === 'terminal' && machine.length > 0 ? 'stderr' : 'stdout' };
  });

  const taken = new Map<string, ReporterName>();
  for (const { name, target } of placed) {
    const place = typeof target === 'string' ? target : 'url' in target ? target.url : target.file;
    const other = taken.get(place);
    if (other) {
      const where = target === 'stdout' ? 'standard output' : target === 'stderr' ? 'standard error' : place;
      throw usageError(
        `the reporters ${other} and ${name} would both write to ${where}`,
        `write one to a file: ${name}=FILE`,
      );
    }
    taken.set(place, name);
  }
  return placed;
}

function isAddress(name: ReporterName, text: string): boolean {
  return formats[name].sent === true && /^https?:/i.test(text);
}
