import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostArchitecture } from '../apt/host.ts';
import type { PackageFile } from '../apt/package-file.ts';
import { BYTECODE } from '../build/bytecode.ts';
import { COMPILING } from '../build/compile.ts';
import { UNPACKING } from '../build/unpack.ts';
import { Cache } from '../cache/cache.ts';
import { type Hashable, hashValue } from '../cache/hash.ts';
import { type Artifact, inOrder } from '../graph/artifact.ts';
import type { Pins } from '../graph/pins.ts';
import { Plan } from '../graph/plan.ts';
import { INITRAMFS } from '../initramfs/initramfs.ts';
import { brokenDrivers } from './broken-drivers.ts';
import { busybox } from './busybox.ts';
import { GUEST_SET } from './guest-packages.ts';
import { labFor, QUEUE_SERVER, USUAL_PARTS, VSOCK } from './index.ts';
import { initrd } from './initrd.ts';
import { kernel } from './kernel.ts';
import { kit } from './kit.ts';
import { qemu } from './qemu.ts';
import { sdk } from './sdk.ts';
import type { LabSources } from './sources.ts';
import { PACKING } from './squashfs-tools.ts';

const LAB = Object.values(labFor(USUAL_PARTS));
const GUEST = [qemu, kernel, initrd, kit, brokenDrivers] as const;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'artifacts-spec-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function packageFile(name: string, architecture: string, content = name): PackageFile {
  const file = `${name}_1_${architecture}.deb`;
  return { name, version: '1', architecture, file, size: 1, sha256: hashValue(content) };
}

const QEMU_SET = setOf(qemu);
const TOOLCHAIN = setOf(sdk);
const GUEST_PACKAGES = [
  packageFile('linux-image-6.12-arm64', 'arm64'),
  packageFile('linux-headers-6.12-arm64', 'arm64'),
  packageFile('busybox-static', 'arm64'),
];
const PINS: Pins = new Map([
  [QEMU_SET, [packageFile('qemu-system-arm', 'amd64')]],
  [TOOLCHAIN, [packageFile('gcc', 'amd64'), packageFile('busybox-static', 'amd64')]],
  [GUEST_SET, GUEST_PACKAGES],
]);

function setOf({ packages: [first] = [] }: Artifact) {
  if (!first) throw new Error('an artifact without packages');
  return first.set;
}

/** The plan for guests, with some sources changed. */
async function planWith(
  pins: Pins,
  changes: Readonly<Record<string, string>> = {},
): Promise<Plan<LabSources>> {
  const original = Object.fromEntries(
    [
      'init/init',
      'start/start',
      'exerciser/smmute/module/pci.c',
      'exerciser/smmute/tool/main.c',
      'exerciser/smmute/include/smmute.h',
      'agent.mjs',
      'exec-daemon.mjs',
      'dist/x.js',
    ].map((path) => [path, '1']),
  );
  const root = await mkdtemp(join(folder, 'sources-'));
  for (const [path, content] of Object.entries({ ...original, ...changes })) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  const project = {
    nativeDir: root,
    agentBundle: join(root, 'agent.mjs'),
    execDaemon: join(root, 'exec-daemon.mjs'),
    bundle: join(root, 'dist'),
  };
  const request = { targets: GUEST.slice(0, 4), cache: new Cache(root), host: hostArchitecture('x64') };
  return (await Plan.read<LabSources>({ ...request, project })).withPins(pins);
}

/** Which artifacts are made anew after a change. */
async function changed(pins: Pins, changes: Readonly<Record<string, string>>): Promise<string[]> {
  const [before, after] = await Promise.all([planWith(PINS), planWith(pins, changes)]);
  const anew = before.artifacts.filter((one) => before.idOf(one)?.key !== after.idOf(one)?.key);
  return anew.map(({ name }) => name);
}

describe('keys', () => {
  it.each([
    ['the agent', 'agent.mjs', ['kit']],
    ['what runs commands', 'exec-daemon.mjs', ['kit']],
    ['the start script', 'start/start', ['kit']],
    ['the init', 'init/init', ['initrd']],
    ['the driver', 'exerciser/smmute/module/pci.c', ['native', 'kit']],
    ['a header', 'exerciser/smmute/include/smmute.h', ['native', 'kit']],
  ])('make anew what %s goes into, and nothing else', async (_, path, names) => {
    expect(await changed(PINS, { [path]: '2' })).toEqual(names);
  });

  it('follow a package into all that is made from it', async () => {
    const guest = GUEST_PACKAGES.map((one) => packageFile(one.name, one.architecture, `${one.name} rebuilt`));
    expect(await changed(new Map([...PINS, [GUEST_SET, guest]]), {})).toEqual([
      ...['sdk', 'kernel', 'busybox', 'initrd', 'native', 'kit'],
    ]);
  });

  it('are not known before packages are chosen', async () => {
    const plan = await planWith(new Map([[QEMU_SET, PINS.get(QEMU_SET) ?? []]]));
    const known = plan.artifacts.filter((one) => plan.idOf(one));
    expect(known).toEqual([qemu]);
  });

  it('cannot be without a source', async () => {
    const plan = await planWith(PINS);
    const request = { ...plan.request, project: { ...plan.request.project, agentBundle: '/nowhere' } };
    await expect(Plan.read(request)).rejects.toMatchObject({
      code: 'file-missing',
      message: 'There is no agent bundle at /nowhere.',
    });
  });
});

describe('packages', () => {
  it("keep the guest's busybox and the tools' apart", async () => {
    const plan = await planWith(PINS);
    const files = (artifact: Artifact) => plan.packagesOf(artifact).map(({ file }) => file);
    expect(files(kernel)).toEqual(['linux-image-6.12-arm64_1_arm64.deb']);
    expect(files(busybox)).toEqual(['busybox-static_1_arm64.deb']);
    expect(files(sdk)).toEqual([
      'gcc_1_amd64.deb',
      'busybox-static_1_amd64.deb',
      'linux-headers-6.12-arm64_1_arm64.deb',
    ]);
  });
});

describe('the list', () => {
  it('has one artifact and one set of a name', () => {
    const artifacts = inOrder<LabSources>([...GUEST, ...LAB, ...VSOCK, ...QUEUE_SERVER]);
    const names = artifacts.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const sets = new Set(artifacts.flatMap(({ packages = [] }) => packages.map(({ set }) => set)));
    expect(new Set([...sets].map(({ name }) => name)).size).toBe(sets.size);
  });
});

describe('recipes', () => {
  /** What decides what these make, beside what they are given. */
  const HOW: Readonly<Record<string, Hashable>> = {
    unpackTree: UNPACKING,
    packSquashfs: PACKING,
    writeInitramfs: INITRAMFS,
    compileBytecode: BYTECODE,
    'Workshop.open': COMPILING,
  };
  const all = inOrder<LabSources>([...GUEST, ...LAB, ...VSOCK, ...QUEUE_SERVER]);

  it.each(all.map((one) => [one.name, one] as const))(
    'of %s hold all that decides',
    async (name, artifact) => {
      const code = await readFile(join(import.meta.dirname, `${name}.ts`), 'utf8');
      for (const [call, how] of Object.entries(HOW)) {
        if (!new RegExp(`\\b${call}\\((?!\\))`).test(code)) continue;
        expect(artifact.recipe, call).toContainEqual(how);
      }
    },
  );

  it('say what room there has to be', () => {
    for (const { name, space } of all) expect(space, name).toBeGreaterThan(0);
  });
});
