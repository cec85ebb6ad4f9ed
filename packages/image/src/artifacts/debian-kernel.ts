import { DEBIAN, GUEST_ARCHITECTURE, type HostArchitecture } from '../apt/debian.ts';
import { kernelReleaseOf, type PackageFile } from '../apt/package-file.ts';
import type { PackageSet } from '../apt/package-set.ts';
import type { PrivateRoot } from '../apt/private-root.ts';
import { exactly, query, withDependencies } from '../apt/query.ts';
import { MIB } from '../cache/space.ts';
import { SetUpError } from '../errors.ts';
import { type DebianKernel, newestOf, releasesAmong, seriesOf } from '../kernel/debian.ts';
import { DEBIAN_PREFIX } from '../kernel/names.ts';
import { makeDriver } from './driver.ts';
import { isKernel } from './guest-packages.ts';
import { makeDebianKernel } from './kernel.ts';
import type { KernelArtifacts } from './kernel-artifacts.ts';
import { debianPlanModules } from './plan-modules.ts';
import { BUILD_PACKAGES, makeSdk, UNUSED_PACKAGES } from './sdk.ts';
import type { KernelUse } from './write-kernel.ts';

/** One of Debian's kernels: fetched, unpacked, and the drivers built with the compiler that it was built with. */
export function debianKernel(wanted: DebianKernel, use: KernelUse = {}): KernelArtifacts {
  const set = packagesOf(wanted);
  const packages = [{ set, only: isKernel }];
  const kernel = makeDebianKernel('debian-kernel', { packages, ...use });
  const sdk = makeSdk('debian-sdk', [{ set, only: (one) => !isKernel(one) }]);
  return {
    kernel,
    driver: makeDriver('driver', sdk),
    planModules: (names) => debianPlanModules(set.name, packages, names),
  };
}

function packagesOf(wanted: DebianKernel): PackageSet {
  return {
    name: `kernel-${wanted.asked}`,
    archive: wanted.archive,
    space: 190 * MIB,
    recipe: () => [1, wanted.asked, ...BUILD_PACKAGES, ...UNUSED_PACKAGES.map(String)],
    choose: async (root, host, signal) => {
      const release = await findRelease(root, wanted, signal);
      const names = await namesFor(root, release, host, signal);
      const purpose = query(`find the packages of kernel ${release}`, signal);
      const own = await exactly(root, names.own, purpose);
      const tools = await withDependencies(root, names.tools, { without: UNUSED_PACKAGES, query: purpose });
      return unique([...own, ...tools]);
    },
  };
}

async function findRelease(
  root: PrivateRoot,
  { asked, version }: DebianKernel,
  signal: AbortSignal | undefined,
): Promise<string> {
  if (version === null) {
    const release = kernelReleaseOf(await show(root, 'linux-image-arm64', signal));
    if (release !== null) return release;
    throw new SetUpError('package-missing', `Debian ${asked} names no kernel for ${GUEST_ARCHITECTURE}.`, {
      remedy: `Give a version, such as ${DEBIAN_PREFIX}6.12.`,
    });
  }
  const namesOf = async (prefix: string) =>
    (await root.run('apt-cache', ['pkgnames', prefix], query('list kernels', signal)))
      .toString('utf8')
      .split('\n');
  const images = releasesAmong('image', await namesOf('linux-image-'));
  const headers = new Set(releasesAmong('headers', await namesOf('linux-headers-')));
  const whole = images.filter((release) => headers.has(release));
  const release = newestOf(version, whole);
  if (release !== null) return release;
  const remedy =
    `There is ${seriesOf(whole).join(', ')}; ${DEBIAN_PREFIX}bookworm is older than those of ${DEBIAN.suite} and its ` +
    `backports, and ${DEBIAN_PREFIX}sid what comes next.`;
  const bare = newestOf(version, images);
  if (bare !== null)
    throw new SetUpError(
      'kernel-unusable',
      `Debian has kernel ${bare}, but no longer its headers (linux-headers-${bare}), without which no driver can be built for it.`,
      { remedy },
    );
  throw new SetUpError(
    'kernel-unknown',
    `Debian has no kernel ${version} where ${DEBIAN_PREFIX}${asked} is looked for.`,
    {
      remedy,
    },
  );
}

/** How the packages that go with a release are called: its own say so, in what they depend on. */
async function namesFor(
  root: PrivateRoot,
  release: string,
  host: HostArchitecture,
  signal: AbortSignal | undefined,
): Promise<{ readonly own: readonly string[]; readonly tools: readonly string[] }> {
  const image = dependenciesOf(await show(root, `linux-image-${release}`, signal));
  const headers = dependenciesOf(await show(root, `linux-headers-${release}`, signal));
  const parts = [...image, ...headers].filter((name) => /^linux-(binary|modules|base)-\d/.test(name));
  const common = headers.filter((name) => /^linux-headers-.*-common$/.test(name));
  const kbuild = headers.filter((name) => name.startsWith('linux-kbuild-'));
  const version = headers.map((name) => /^gcc-(\d+)/.exec(name)?.[1]).find(Boolean);
  if (common.length === 0 || kbuild.length === 0 || version === undefined)
    throw new SetUpError('package-missing', `Debian does not say what kernel ${release} is built with.`, {
      remedy: 'Choose another release.',
    });
  const guest = [`linux-image-${release}`, `linux-headers-${release}`, ...new Set(parts)];
  return {
    own: [
      ...guest.map((name) => `${name}:${GUEST_ARCHITECTURE}`),
      ...common,
      ...kbuild.map((name) => `${name}:${host.debian}`),
    ],
    tools: [...host.compiler(Number(version)), ...BUILD_PACKAGES],
  };
}

async function show(root: PrivateRoot, name: string, signal: AbortSignal | undefined): Promise<string> {
  const args = ['show', '--no-all-versions', `${name}:${GUEST_ARCHITECTURE}`];
  return (await root.run('apt-cache', args, query(`find ${name}`, signal))).toString('utf8');
}

/** Names of the packages that a record depends on, alternatives among them. */
function dependenciesOf(record: string): string[] {
  const list = /^Depends:(?<list>.*)$/m.exec(record)?.groups?.['list'] ?? '';
  return list.split(/[,|]/).map((one) => one.trim().replace(/[\s(:].*$/, ''));
}

function unique(packages: readonly PackageFile[]): PackageFile[] {
  return [...new Map(packages.map((one) => [one.file, one])).values()];
}
