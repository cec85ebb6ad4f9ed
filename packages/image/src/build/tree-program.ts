import { join } from 'node:path';
import type { HostArchitecture } from '../apt/debian.ts';
import { SetUpError } from '../errors.ts';
import { run } from '../process/run.ts';

/** Where in a tree its loader and libraries are, if not where packages have them. */
export interface TreeProgramPlaces {
  readonly loader?: string;
  /** Folders beside that of the C library. */
  readonly libraries?: readonly string[];
  /** A library that is loaded before its own: what both have is that one's. */
  readonly preload?: string;
}

/**
 * How to run a program of an unpacked tree on a machine with another C library: through the tree's own loader, with
 * the tree's libraries only.
 *
 * @param program its path in the tree
 */
export function treeCommand(
  tree: string,
  program: string,
  { triplet, loader }: HostArchitecture,
  places: TreeProgramPlaces = {},
): readonly [string, ...string[]] {
  const libraries = join(tree, 'usr/lib', triplet);
  const others = (places.libraries ?? []).map((folder) => join(tree, folder));
  const path = [libraries, ...others].join(':');
  const itsLoader = places.loader ? join(tree, places.loader) : join(libraries, loader);
  const preload = places.preload === undefined ? [] : ['--preload', places.preload];
  return [itsLoader, '--library-path', path, ...preload, join(tree, program)];
}

/** What such a program cannot do without, by paths in the tree. */
export function treeProgramFiles(program: string, { triplet, loader }: HostArchitecture): readonly string[] {
  return [program, join('usr/lib', triplet, loader), join('usr/lib', triplet, 'libc.so.6')];
}

/**
 * Packages of a closure are left out: a newer program that needs one of them must be noticed when it is unpacked.
 *
 * @param command of treeCommand()
 * @param title what people call the program
 * @throws SetUpError with `code` when a library is missing
 */
export async function checkTreeProgram(
  [loader, ...args]: readonly [string, ...string[]],
  title: string,
  { code, remedy, signal }: { code: SetUpError['code']; remedy: string; signal: AbortSignal | undefined },
): Promise<void> {
  const program = args.pop() ?? '';
  const listing = await run(loader, [...args, '--list', program], {
    purpose: `list the libraries of ${title}`,
    code,
    remedy: 'Report this, with the messages above.',
    signal,
  });
  const missing = [...listing.toString('utf8').matchAll(/^\s*(\S+) => not found/gm)].map(([, name]) => name);
  if (missing.length > 0)
    throw new SetUpError(code, `The ${title} that was fetched lacks ${missing.join(', ')}.`, { remedy });
}
