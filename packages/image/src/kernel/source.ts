import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { homeFolder } from '@coordinator/base/user';
import { closest, distance } from 'fastest-levenshtein';
import type { Archive } from '../apt/archive.ts';
import { SetUpError } from '../errors.ts';
import { archiveOfSeries } from './debian.ts';
import { type Fragment, parseFragment } from './fragments.ts';
import { SOURCE_PREFIX } from './names.ts';
import { type NeedSet, settingsFor } from './needs.ts';

/** A kernel to build. */
export interface SourceKernel {
  /** As it was asked for, all of it. */
  readonly asked: string;
  /** `7.3`: Debian has one source of each. */
  readonly series: string;
  readonly archive: Archive;
  /** What makes the configuration that fragments are merged over. */
  readonly base: readonly string[];
  /** All that is merged, in this order. */
  readonly fragments: readonly Fragment[];
  /** What its release ends in: `-small-kasan`. */
  readonly suffix: string;
}

/** The fragment that changes the base: nothing but what it says, in place of what arm64 usually has. */
const SMALL = 'small';
/** Merged into every kernel. */
const ALWAYS = 'guest';

/** Fragments whose options are known one by one elsewhere, beside what their files say. */
const NEEDS: Readonly<Record<string, NeedSet>> = { guest: 'guest', lab: 'lab' };

/** Without modules: those of arm64's defconfig are for boards, and take most of an hour. */
const DEFCONFIG = ['defconfig', 'mod2noconfig'];

/** Longest suffix of a release; all of it has to be below 64 characters. */
const SUFFIX_CHARACTERS = 40;

/**
 * Reads what stands behind `source:`, and the fragments that it names.
 * @param folder of the fragments that are known by name, `NAME.config`.
 * @throws SetUpError 'kernel-unknown', or 'file-missing' for a user's file.
 */
export async function readSourceKernel(asked: string, folder: string): Promise<SourceKernel> {
  const [series = '', ...words] = asked.slice(SOURCE_PREFIX.length).split('+');
  if (!/^\d+\.\d+$/.test(series))
    throw unknown(
      `${asked} names no series of kernels`,
      `Give one, such as ${SOURCE_PREFIX}6.12, with fragments behind it: ${SOURCE_PREFIX}6.12+small.`,
    );
  const names = await fragmentNames(folder);
  const given = joinPaths(words);
  const doubled = given.find((word, index) => given.indexOf(word) < index);
  if (doubled !== undefined) throw unknown(`${asked} has "${doubled}" twice`, 'Give each fragment once.');
  const misnamed = given.find((word) => !isPath(word) && !names.includes(word));
  if (misnamed !== undefined) throw unknownFragment(misnamed, names);
  const fragments = await Promise.all(
    [ALWAYS, ...given].map((word) => (isPath(word) ? readOwn(word) : readNamed(word, folder))),
  );
  const isSmall = given.includes(SMALL);
  return {
    ...{ asked, series, archive: archiveOfSeries(series), fragments },
    base: isSmall ? ['tinyconfig'] : DEFCONFIG,
    suffix: suffixOf(given),
  };
}

/** Names of the fragments that may be asked for. */
async function fragmentNames(folder: string): Promise<readonly string[]> {
  const files = await readdir(folder).catch((cause: unknown) => {
    throw new SetUpError('file-missing', `There are no configuration fragments in ${folder}.`, {
      remedy: 'Install coordinator again.',
      cause,
    });
  });
  const names = files.flatMap((file) => (file.endsWith('.config') ? [basename(file, '.config')] : []));
  return names.filter((name) => name !== ALWAYS).sort();
}

function unknownFragment(name: string, names: readonly string[]): SetUpError {
  const meant = closest(name, names);
  const guess = distance(name, meant) <= 2 ? ` Did you mean "${meant}"?` : '';
  return unknown(
    `There is no fragment "${name}" for kernels`,
    `There is ${names.join(', ')}; a file of yours is given with a / in it: ./my.config.${guess}`,
  );
}

async function readNamed(name: string, folder: string): Promise<Fragment> {
  const own = parseFragment(name, await readFile(join(folder, `${name}.config`), 'utf8'));
  const needs = NEEDS[name];
  if (needs === undefined) return own;
  const known = settingsFor(needs).map(([option, value]) => [option, { value, isOptional: false }] as const);
  return { name, settings: new Map([...own.settings, ...known]) };
}

/** Whether it is the path of a user's file. */
const isPath = (word: string): boolean => word.includes('/');

/** A path may have a + in it: it goes on to the end of a name that ends in .config. */
function joinPaths(words: readonly string[]): string[] {
  const joined: string[] = [];
  for (const word of words) {
    const last = joined.at(-1);
    if (last !== undefined && isPath(last) && !last.endsWith('.config'))
      joined[joined.length - 1] = `${last}+${word}`;
    else joined.push(word);
  }
  return joined;
}

/** Larger than any configuration, of which a whole one has 300 KiB. */
const MAX_BYTES = 2 * 1024 * 1024;

async function readOwn(word: string): Promise<Fragment> {
  const path = word.replace(/^~(?=\/)/, homeFolder());
  try {
    const { size } = await stat(path);
    if (size > MAX_BYTES)
      throw unknown(`${word} is too large for a configuration fragment`, 'Give another file.');
    return parseFragment(word, await readFile(path, 'utf8'));
  } catch (cause) {
    if (cause instanceof SetUpError) throw cause;
    throw new SetUpError('file-missing', `The configuration fragment ${word} cannot be read.`, {
      remedy: 'Give the path of a file that ends in .config, with a / in it.',
      cause,
    });
  }
}

/** Of what it is made, as far as a release may say so. */
function suffixOf(given: readonly string[]): string {
  const words = given.map((word) => basename(word, '.config').replace(/[^\w.~-]/g, '_'));
  return words
    .map((word) => `-${word}`)
    .join('')
    .slice(0, SUFFIX_CHARACTERS);
}

function unknown(message: string, remedy: string): SetUpError {
  return new SetUpError('kernel-unknown', `${message}.`, { remedy });
}
