import { join } from 'node:path';
import { QEMU_PROGRAM } from '@coordinator/shared/vmm';
import { DEBIAN, type HostArchitecture } from '../apt/debian.ts';
import type { PackageFile } from '../apt/package-file.ts';
import { closureSet } from '../apt/package-set.ts';
import { checkTreeProgram, treeCommand, treeProgramFiles } from '../build/tree-program.ts';
import { UNPACKING, unpackTree } from '../build/unpack.ts';
import { MIB } from '../cache/space.ts';
import { SetUpError } from '../errors.ts';
import type { Artifact } from '../graph/artifact.ts';
import { askQemu, unsuitability } from '../qemu/probe.ts';

const REMEDY = 'Report this: the recipe does not fit the packages of today. Meanwhile --qemu PATH works.';
const BINARY = `usr/bin/${QEMU_PROGRAM}`;

/**
 * QEMU gives back what the C library's allocator has left each time that its guest's memory map was changed, page by page, and each
 * time all its processors have to be told; from this allocator it cannot.
 */
const ALLOCATOR = { package: 'libjemalloc2', library: 'libjemalloc.so.2' };

/**
 * Packages of QEMU's closure that are left out: what its package scripts need (accounts, debconf, PAM), firmware for
 * other machines, and libraries of its loadable user interface, sound, USB and smart card modules. Whether the program
 * still finds every library it is linked against is checked after unpacking.
 */
export const NOT_FOR_QEMU: readonly RegExp[] = [
  /^(adduser|passwd|base-passwd|login\.defs|debconf|libdebconfclient0|libpam.*|libaudit.*|libcap-ng0)$/,
  /^(libsemanage.*|libsepol2|libcrypt1|libdb5\..*|libbsd0|libmd0|libacl1|libattr1|libbz2-1\.0)$/,
  /^(seabios|qemu-system-common|openssl-provider-legacy|libsasl2-modules.*|libexecs1)$/,
  /^(libnss3|libnspr4|libsqlite3-0|libcacard0|libpcsclite1|libusb.*|libasound2.*|libbrlapi.*)$/,
  /^(libncursesw6|libtinfo6|libsystemd0|gcc-14-base)$/,
];

/** QEMU with its libraries, for this machine. */
export const qemu: Artifact = {
  name: 'qemu',
  title: 'QEMU',
  description: 'QEMU',
  recipe: [UNPACKING],
  space: 130 * MIB,
  packages: [
    {
      set: closureSet('qemu', {
        space: 28 * MIB,
        of: () => ['qemu-system-arm', ALLOCATOR.package],
        targetSuite: DEBIAN.backports,
        without: NOT_FOR_QEMU,
      }),
    },
  ],
  build: async (directory, context) => {
    const { host, signal } = context;
    await unpackTree(directory, context);
    await checkTreeProgram(programCommand(directory, host), 'QEMU', {
      code: 'qemu-unusable',
      remedy: REMEDY,
      signal,
    });
    const why = unsuitability(await askQemu(qemuTreeCommand(directory, host), signal));
    if (why) throw unusable(`The QEMU that was fetched ${why}.`);
    return treeProgramFiles(BINARY, host);
  },
};

/** How to run the QEMU of an unpacked tree: with the tree's firmware too. */
export function qemuTreeCommand(tree: string, host: HostArchitecture): readonly string[] {
  return [...programCommand(tree, host), '-L', join(tree, 'usr/share/qemu')];
}

const programCommand = (tree: string, host: HostArchitecture) =>
  treeCommand(tree, BINARY, host, { preload: ALLOCATOR.library });

/** "1:11.1.3+ds-1~bpo13+1" is 11.1.3. */
export function packagedQemuVersion(packages: readonly PackageFile[]): string {
  const version = packages.find(({ name }) => name.startsWith('qemu-system-arm'))?.version ?? '';
  return /^(?:\d+:)?(?<upstream>\d+(\.\d+)*)/.exec(version)?.groups?.['upstream'] ?? version;
}

function unusable(message: string): SetUpError {
  return new SetUpError('qemu-unusable', message, { remedy: REMEDY });
}
