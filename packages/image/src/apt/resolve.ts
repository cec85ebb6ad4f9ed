import { SetUpError } from '../errors.ts';
import {
  DEBIAN,
  GUEST_ARCHITECTURE,
  guestPackages,
  type HostArchitecture,
  KERNEL_META_PACKAGE,
  type PackageSet,
} from '../recipe.ts';
import { kernelReleaseOf, type PackageFile, parsePrintUris } from './package-file.ts';
import type { PrivateRoot } from './private-root.ts';

/** Without the hash asked for, apt prints an MD5 where the index has one. */
const PRINT_URIS = ['--print-uris', '-qq', '-o', 'Acquire::ForceHash=SHA256'] as const;

const REMEDY =
  'The mirror seems incomplete: try later, or name another one with COORDINATOR_DEBIAN_MIRROR=URL.';

/** The set's packages and all they depend on, less what the set leaves out. */
export async function resolveClosure(
  root: PrivateRoot,
  set: PackageSet,
  signal: AbortSignal | undefined,
): Promise<PackageFile[]> {
  const suite = set.targetSuite ? ['-t', set.targetSuite] : [];
  const args = ['install', ...PRINT_URIS, ...suite, ...set.closureOf];
  const output = await root.run('apt-get', args, query(`find ${set.closureOf.join(', ')}`, signal));
  return parsePrintUris(output.toString('utf8')).filter(
    ({ name }) => !set.without.some((out) => out.test(name)),
  );
}

/** The guest's kernel release as it stands in the archive today, and the packages that go with it. */
export async function resolveGuest(
  root: PrivateRoot,
  host: HostArchitecture,
  signal: AbortSignal | undefined,
): Promise<{ release: string; packages: PackageFile[] }> {
  const meta = `${KERNEL_META_PACKAGE}:${GUEST_ARCHITECTURE}`;
  const show = query(`find ${meta}`, signal);
  const record = await root.run('apt-cache', ['show', '--no-all-versions', meta], show);
  const release = kernelReleaseOf(record.toString('utf8'));
  if (!release) {
    throw new SetUpError('package-missing', `${meta} of Debian ${DEBIAN.suite} names no kernel.`, {
      remedy: REMEDY,
    });
  }
  const wanted = guestPackages(release, host);
  const args = ['download', ...PRINT_URIS, ...wanted];
  const output = await root.run('apt-get', args, query(`find the packages of kernel ${release}`, signal));
  return { release, packages: parsePrintUris(output.toString('utf8')) };
}

function query(purpose: string, signal: AbortSignal | undefined) {
  return { purpose, code: 'package-missing', remedy: REMEDY, signal } as const;
}
