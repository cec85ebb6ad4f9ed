import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { COMPILING } from '../build/compile.ts';
import { buildKernel, KERNEL_BUILDING } from '../build/kernel-build.ts';
import { copyModuleHeaders } from '../build/module-headers.ts';
import { MIB } from '../cache/space.ts';
import type { Artifact } from '../graph/artifact.ts';
import { parseKernelConfig } from '../kernel/config.ts';
import { mergeFragments } from '../kernel/fragments.ts';
import type { SourceKernel } from '../kernel/source.ts';
import { ModuleTree } from '../modules/module-tree.ts';
import { makeTreeDriver } from './driver.ts';
import type { KernelArtifacts } from './kernel-artifacts.ts';
import { kernelTools } from './kernel-tools.ts';
import { linuxSource, SOURCE_ARCHIVE } from './linux-source.ts';
import { builtPlanModules } from './plan-modules.ts';
import { sdk } from './sdk.ts';
import { type KernelUse, readRelease, recipeFor, writeKernel } from './write-kernel.ts';

/** The source takes 1.4 GiB, what is compiled of a small kernel 0.3; that of defconfig with debug information is a guess, 3. */
export const spaceToBuild = ({ base }: SourceKernel): number =>
  (base.includes('defconfig') ? 5600 : 2600) * MIB;

/** A kernel that is built from Debian's source of it, once; the tree is removed but for what drivers are built against. */
export function sourceKernel(wanted: SourceKernel, use: KernelUse = {}): KernelArtifacts {
  const built = builtKernel(wanted);
  const kernel: Artifact = {
    name: 'source-kernel',
    title: 'guest kernel',
    description: `the kernel ${wanted.asked}`,
    space: 80 * MIB,
    recipe: [1, ...recipeFor(use)],
    // Decompresses nothing; a tree's modules are plain.
    inputs: [built, sdk],
    build: async (directory, { input, signal }) => {
      const folder = await input(built);
      const busybox = join(await input(sdk), 'usr/bin/busybox');
      const kernel = {
        release: await readRelease(folder),
        image: join(folder, 'Image'),
        config: parseKernelConfig(await readFile(join(folder, TREE, '.config'), 'utf8')),
        modules: await openModules(folder, busybox, signal),
      };
      return writeKernel(directory, kernel, use);
    },
  };
  return {
    kernel,
    driver: makeTreeDriver(wanted.asked, built, TREE),
    planModules: (names) => builtPlanModules({ asked: wanted.asked, built }, openModules, names),
  };
}

const openModules = (folder: string, busybox: string, signal: AbortSignal | undefined) =>
  ModuleTree.openBuilt(join(folder, TREE), { xz: async () => [busybox, 'xz'], signal });

/** In the artifact: what modules are built against, with the kernel's own. */
const TREE = 'linux';

function builtKernel(wanted: SourceKernel): Artifact {
  const source = linuxSource(wanted);
  return {
    name: 'kernel-build',
    description: `the kernel ${wanted.asked}`,
    space: spaceToBuild(wanted),
    recipe: [1, KERNEL_BUILDING, COMPILING, wanted.base, wanted.suffix, mergeFragments(wanted.fragments)],
    inputs: [kernelTools, source],
    build: async (directory, { input, scratch, signal, onDetail }) => {
      const tree = await buildKernel({
        wanted,
        tools: await input(kernelTools),
        source: join(await input(source), SOURCE_ARCHIVE),
        place: await scratch(),
        ...{ signal, onDetail: (detail) => onDetail(`${wanted.asked}: ${detail}`) },
      });
      await copyModuleHeaders(tree.folder, join(directory, TREE), signal);
      await copyFile(join(tree.folder, 'arch/arm64/boot/Image'), join(directory, 'Image'));
      await writeFile(join(directory, 'release'), `${tree.release}\n`);
      return ['Image', 'release', `${TREE}/.config`, `${TREE}/Module.symvers`];
    },
  };
}
