import { describe, expect, it } from 'vitest';
import type { PackageFile } from './apt/package-file.ts';
import { hashValue } from './cache/hash.ts';
import type { Pins } from './pins.ts';
import { type ArtifactName, artifactIds, packagesOf, type SourceHashes } from './plan.ts';

function packageFile(name: string, architecture: string, content = name): PackageFile {
  const file = `${name}_1_${architecture}.deb`;
  return { name, version: '1', architecture, file, size: 1, sha256: hashValue(content) };
}

const PINS: Pins = {
  kernelRelease: '6.12-arm64',
  sets: {
    qemu: [packageFile('qemu-system-arm', 'amd64')],
    toolchain: [packageFile('gcc', 'amd64'), packageFile('busybox-static', 'amd64')],
    guest: [
      packageFile('linux-image-6.12-arm64', 'arm64'),
      packageFile('linux-headers-6.12-arm64', 'arm64'),
      packageFile('busybox-static', 'arm64'),
    ],
  },
};
const HASHES: SourceHashes = {
  native: {
    'init/init': '1',
    'start/start': '1',
    'module/pci.c': '1',
    'tool/main.c': '1',
    'include/smmute.h': '1',
  },
  agent: '1',
  changes: null,
};

/** Which artifacts are made anew after a change. */
function changed(pins: Pins, hashes: SourceHashes): ArtifactName[] {
  const before = artifactIds(PINS, HASHES);
  const after = artifactIds(pins, hashes);
  return (Object.keys(before) as ArtifactName[]).filter((name) => before[name]?.key !== after[name]?.key);
}

describe('artifactIds', () => {
  const native = (path: string) => ({ ...HASHES, native: { ...HASHES.native, [path]: '2' } });

  it.each([
    ['the agent', { ...HASHES, agent: '2' }, ['kit']],
    ['the start script', native('start/start'), ['kit']],
    ['the init', native('init/init'), ['initrd']],
    ['the driver', native('module/pci.c'), ['native', 'kit']],
    ['a header', native('include/smmute.h'), ['native', 'kit']],
  ] as const)('makes anew what %s goes into, and nothing else', (_, hashes, names) => {
    expect(changed(PINS, hashes)).toEqual(names);
  });

  it('follows a package into all that is made from it', () => {
    const guest = (PINS.sets.guest ?? []).map((one) =>
      packageFile(one.name, one.architecture, `${one.name} rebuilt`),
    );
    expect(changed({ ...PINS, sets: { ...PINS.sets, guest } }, HASHES)).toEqual([
      ...['sdk', 'kernel', 'initrd', 'native', 'kit'],
    ]);
  });

  it('knows no key before packages are chosen', () => {
    const ids = artifactIds({ kernelRelease: null, sets: { qemu: PINS.sets.qemu ?? [] } }, HASHES);
    expect(ids).toMatchObject({ sdk: null, kernel: null, initrd: null, native: null, kit: null });
    expect(ids.qemu).not.toBeNull();
  });
});

describe('packagesOf', () => {
  it("keeps the guest's busybox and the tools' apart", () => {
    const files = (name: ArtifactName) => packagesOf(name, PINS).map(({ file }) => file);
    expect(files('kernel')).toEqual(['linux-image-6.12-arm64_1_arm64.deb', 'busybox-static_1_arm64.deb']);
    expect(files('sdk')).toEqual([
      'gcc_1_amd64.deb',
      'busybox-static_1_amd64.deb',
      'linux-headers-6.12-arm64_1_arm64.deb',
    ]);
  });
});
