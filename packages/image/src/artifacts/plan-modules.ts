import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { releaseOf } from '../apt/package-set.ts';
import { UNPACKING, unpackTree } from '../build/unpack.ts';
import { MIB } from '../cache/space.ts';
import { SetUpError } from '../errors.ts';
import type { Artifact, PackageUse } from '../graph/artifact.ts';
import type { CpioEntry } from '../initramfs/cpio.ts';
import type { OwnKernel } from '../kernel/own.ts';
import { hashModules } from '../modules/hash-modules.ts';
import { ModuleTree } from '../modules/module-tree.ts';
import { sdk } from './sdk.ts';
import { copyModules } from './write-kernel.ts';

/** The list that guests of such a plan load: see native/init, which knows it as one of devices'. */
export const PLAN_LIST = 'pci-plan';
const FOLDER = 'modules';
/** All else that the packages of a kernel bring. */
const NOT_MODULES = [
  './boot',
  './usr/lib/linux-image-*',
  './usr/lib/modules/*/dtb',
  './usr/lib/modules/*/vmlinuz',
];

/** The modules that a plan names, and all that they need, out of Debian's packages of a kernel. */
export function debianPlanModules(
  kernelName: string,
  packages: readonly PackageUse[],
  names: readonly string[],
): Artifact {
  return {
    ...describe(names),
    // With all modules unpacked on the way.
    space: 400 * MIB,
    recipe: [1, UNPACKING, NOT_MODULES, kernelName, ...names],
    packages,
    // Decompresses modules where this machine has no xz.
    inputs: [sdk],
    build: async (directory, { packages, pool, signal, scratch, input }) => {
      const release = releaseOf(packages) ?? '';
      const tree = await scratch();
      await unpackTree(tree, { packages, pool, signal, without: NOT_MODULES });
      const modules = await ModuleTree.open(join(tree, 'usr/lib/modules', release), {
        xz: async () => [join(await input(sdk), 'usr/bin/busybox'), 'xz'],
        signal,
      });
      return writeModules(modules, directory, names, `The kernel ${release}`);
    },
  };
}

/** The same out of a kernel of the user's own. @param open opens all of its modules */
export function ownPlanModules(
  { folder }: OwnKernel,
  open: (busybox: () => Promise<string>, signal?: AbortSignal) => Promise<ModuleTree>,
  names: readonly string[],
): Artifact {
  const who = `The kernel of ${folder}`;
  return {
    ...describe(names),
    space: 16 * MIB,
    recipe: [1, folder, ...names],
    inputs: [sdk],
    // A tree that was built again has others.
    sources: async () => {
      const tree = await open(async () => 'busybox');
      mustHave(tree, names, who);
      return hashModules(tree, names);
    },
    build: async (directory, { signal, input }) => {
      const modules = await open(async () => join(await input(sdk), 'usr/bin/busybox'), signal);
      return writeModules(modules, directory, names, who);
    },
  };
}

/** The same out of one that is built here. @param open opens all modules in the folder of what is built */
export function builtPlanModules(
  { asked, built }: { readonly asked: string; readonly built: Artifact },
  open: (folder: string, busybox: string, signal: AbortSignal | undefined) => Promise<ModuleTree>,
  names: readonly string[],
): Artifact {
  return {
    ...describe(names),
    space: 16 * MIB,
    recipe: [1, ...names],
    inputs: [built, sdk],
    build: async (directory, { signal, input }) => {
      const modules = await open(await input(built), join(await input(sdk), 'usr/bin/busybox'), signal);
      return writeModules(modules, directory, names, `The kernel ${asked}`);
    },
  };
}

/** Entries for an initramfs: the list, and what of it is not among the `present` already. */
export async function planModuleEntries(
  directory: string,
  present: ReadonlySet<string>,
): Promise<CpioEntry[]> {
  const list = await readFile(join(directory, FOLDER, PLAN_LIST));
  const names = list
    .toString('utf8')
    .split('\n')
    .filter((name) => name !== '' && !present.has(name));
  const entry = (name: string, content: Uint8Array): CpioEntry => ({
    kind: 'file',
    path: `lib/modules/${name}`,
    content,
  });
  const files = names.map(async (name) => entry(name, await readFile(join(directory, FOLDER, name))));
  return [...(await Promise.all(files)), entry(PLAN_LIST, list)];
}

const describe = (names: readonly string[]) => ({
  name: 'plan-modules',
  description: `the modules ${names.join(', ')} of the plan`,
});

async function writeModules(
  tree: ModuleTree,
  directory: string,
  names: readonly string[],
  who: string,
): Promise<readonly string[]> {
  mustHave(tree, names, who);
  return copyModules(tree, directory, FOLDER, { [PLAN_LIST]: names });
}

/** @throws SetUpError 'kernel-unusable' naming what it has not */
function mustHave(tree: ModuleTree, names: readonly string[], who: string): void {
  const missing = names.filter((name) => !tree.has(name));
  if (missing.length === 0) return;
  throw new SetUpError(
    'kernel-unusable',
    `${who} has no module ${missing.join(', ')}, which the plan names under modules.`,
    { remedy: 'Correct the name, or use a kernel that has it: --kernel.' },
  );
}
