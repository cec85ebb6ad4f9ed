import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { releaseOf } from '../apt/package-set.ts';
import { UNPACKING, unpackTree } from '../build/unpack.ts';
import { MIB } from '../cache/space.ts';
import { SetUpError } from '../errors.ts';
import type { Artifact, PackageUse } from '../graph/artifact.ts';
import { parseKernelConfig } from '../kernel/config.ts';
import { ModuleTree } from '../modules/module-tree.ts';
import { GUEST_SET, isKernel } from './guest-packages.ts';
import { debianPlanModules } from './plan-modules.ts';
import { sdk } from './sdk.ts';
import { type KernelUse, recipeFor, writeKernel } from './write-kernel.ts';

/** Folders without any of these modules: most of 4,000 files. A module missed by mistake is named in an error. */
export const UNUSED_MODULES = [
  ...[
    'sound',
    'drivers/[!bcinv]*',
    'drivers/b[!l]*',
    'drivers/bluetooth',
    'drivers/c[!h]*',
    'drivers/char/[!v]*',
  ],
  'drivers/i[!o]*',
  ...['drivers/net', 'drivers/nfc', 'drivers/video', 'fs/[!9fns]*', 'fs/f[!s]*', 'fs/s[!q]*', 'net/[!9v]*'],
].flatMap((path) => [`./usr/lib/modules/*/kernel/${path}`, `./lib/modules/*/kernel/${path}`]);

/** Device trees, which the VMM makes. */
const DEVICE_TREES = ['./usr/lib/linux-image-*', './usr/lib/modules/*/dtb'];

/** Where the packages of a release, of whatever age, have its image and configuration. */
const placesOf = (release: string) => ({
  image: [`boot/vmlinuz-${release}`, `usr/lib/modules/${release}/vmlinuz`],
  config: [`boot/config-${release}`, `usr/lib/modules/${release}/config`],
});

/** Takes what a guest needs of a kernel out of Debian's packages of it; see {@link writeKernel}. */
export function makeDebianKernel(
  name: string,
  { packages, ...use }: KernelUse & { readonly packages: readonly PackageUse[] },
): Artifact {
  return {
    name,
    title: 'guest kernel',
    description: "the guest's kernel",
    space: 80 * MIB,
    recipe: [3, UNPACKING, UNUSED_MODULES, DEVICE_TREES, ...recipeFor(use)],
    packages,
    // Decompresses modules where this machine has no xz.
    inputs: [sdk],
    build: async (directory, { packages, pool, signal, scratch, input }) => {
      const release = releaseOf(packages) ?? '';
      const tree = await scratch();
      await unpackTree(tree, { packages, pool, signal, without: [...UNUSED_MODULES, ...DEVICE_TREES] });
      const places = placesOf(release);
      const modules = await ModuleTree.open(join(tree, 'usr/lib/modules', release), {
        xz: async () => [join(await input(sdk), 'usr/bin/busybox'), 'xz'],
        signal,
      });
      const config = parseKernelConfig(await readFile(await firstOf(tree, places.config), 'utf8'));
      const image = await firstOf(tree, places.image);
      return writeKernel(directory, { release, image, config, modules }, use);
    },
  };
}

const PACKAGES = [{ set: GUEST_SET, only: isKernel }];

/** The kernel of guests for whom no other is asked for, and of the lab's Arm host. */
export const kernel = makeDebianKernel('kernel', { packages: PACKAGES, lab: true });

/** Modules of it that a plan names. */
export const kernelPlanModules = (names: readonly string[]): Artifact =>
  debianPlanModules('kernel', PACKAGES, names);

async function firstOf(tree: string, paths: readonly string[]): Promise<string> {
  const found = paths.map((path) => join(tree, path)).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new SetUpError('build-failed', `The guest's kernel has no ${paths.join(' or ')}.`, {
    remedy: 'Report this: the recipe does not fit this kernel.',
  });
}

/**
 * For the guest's kernel command line. Without address space randomization the kernel keeps itself mapped in user
 * space on CPUs that do not need it hidden, which an emulated one pays for at every system call: a quarter of all the
 * time a guest takes. Skipped as well: self-tests of ciphers, the calibration of a random source and the certificates
 * of module signers; and of security modules all but the one that is always there. So are the names of values in the
 * formats of trace events (`trace_eval_init`: a third of all that is computed from the first message of the kernel to
 * init), and functions for programs of BPF that nobody loads here. A test of DMA needs none of them; what each is worth,
 * docs/performance.md says.
 */
export const QUICK_BOOT_ARGUMENTS = [
  'nokaslr',
  'lsm=capability',
  'cryptomgr.notests',
  `initcall_blacklist=${[
    ...['jent_mod_init', 'load_system_certificate_list'],
    ...['trace_eval_init', 'bpf_tcp_ca_kfunc_init', 'bpf_dummy_struct_ops_init'],
  ].join(',')}`,
] as const;
