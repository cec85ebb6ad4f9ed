import { SetUpError } from '../errors.ts';
import { type PackageFile, parsePrintUris } from './package-file.ts';
import type { PrivateRoot } from './private-root.ts';

/** Without the hash asked for, apt prints an MD5 where the index has one. */
const PRINT_URIS = ['--print-uris', '-qq', '-o', 'Acquire::ForceHash=SHA256'] as const;

export const INCOMPLETE_REMEDY =
  'The mirror seems incomplete: try later, or name another one with COORDINATOR_DEBIAN_MIRROR=URL.';

export type Query = ReturnType<typeof query>;

/** Packages and all they depend on, less what is left out. */
export async function withDependencies(
  root: PrivateRoot,
  names: readonly string[],
  how: {
    readonly options?: readonly string[];
    readonly without: readonly RegExp[];
    readonly but?: RegExp | undefined;
    readonly query: Query;
  },
): Promise<PackageFile[]> {
  const { options = [], without, but } = how;
  const output = await root.run('apt-get', ['install', ...PRINT_URIS, ...options, ...names], how.query);
  return parsePrintUris(output.toString('utf8')).filter(
    ({ name }) => but?.test(name) || !without.some((out) => out.test(name)),
  );
}

/** These packages and nothing they depend on. */
export async function exactly(
  root: PrivateRoot,
  names: readonly string[],
  options: Query,
): Promise<PackageFile[]> {
  const output = await root.run('apt-get', ['download', ...PRINT_URIS, ...names], options);
  const found = parsePrintUris(output.toString('utf8'));
  if (found.length > 0) return found;
  throw new SetUpError('package-missing', `The mirror has no ${names.join(', ')}.`, options);
}

/** How apt is asked for packages. */
export function query(purpose: string, signal: AbortSignal | undefined, remedy: string = INCOMPLETE_REMEDY) {
  return { purpose, code: 'package-missing', remedy, signal } as const;
}
