import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copySources } from '../build/compile.ts';
import { isBuiltByTools } from '../build/same-compiler.ts';
import { TreeWorkshop } from '../build/tree-workshop.ts';
import { type Hashable, hashFile, hashSources } from '../cache/hash.ts';
import { MIB } from '../cache/space.ts';
import { SetUpError } from '../errors.ts';
import type { Artifact } from '../graph/artifact.ts';
import { compilerOf, type KernelConfig, parseKernelConfig } from '../kernel/config.ts';
import { labModulesFor, modulesFor } from '../kernel/needs.ts';
import type { OwnKernel } from '../kernel/own.ts';
import { hashModules } from '../modules/hash-modules.ts';
import { ModuleTree } from '../modules/module-tree.ts';
import { buildDrivers, buildDriversIn, DRIVER_SOURCES, DRIVERS } from './driver.ts';
import type { KernelArtifacts } from './kernel-artifacts.ts';
import { ownPlanModules } from './plan-modules.ts';
import { sdk } from './sdk.ts';
import type { Sources } from './sources.ts';
import { type KernelUse, recipeFor, writeKernel } from './write-kernel.ts';

/**
 * A kernel of the user's own. What is made is known by the content of the image, which is another after every build, of
 * the configuration and of the modules that guests need: a tree that was built again makes everything anew.
 */
export function ownKernel(own: OwnKernel, use: KernelUse = {}): KernelArtifacts {
  const kernel: Artifact<Sources> = {
    name: 'own-kernel',
    title: 'guest kernel',
    description: `the kernel of ${own.folder}`,
    space: 80 * MIB,
    recipe: [1, ...recipeFor(use)],
    // Decompresses modules where this machine has no xz.
    inputs: [sdk],
    sources: () => identify(own, use),
    build: async (directory, { signal, input }) => {
      const busybox = async () => join(await input(sdk), 'usr/bin/busybox');
      const [config, modules] = [await readConfig(own), await openModules(own, busybox, signal)];
      return writeKernel(directory, { ...own, config, modules }, use);
    },
  };
  return {
    kernel,
    driver: ownDriver(own, kernel, use),
    planModules: (names) =>
      ownPlanModules(own, (busybox, signal) => openModules(own, busybox, signal), names),
  };
}

function ownDriver(own: OwnKernel, kernel: Artifact<Sources>, use: KernelUse): Artifact<Sources> {
  return {
    name: 'driver',
    description: `the driver for the kernel of ${own.folder}`,
    space: 8 * MIB,
    recipe: [1, DRIVERS],
    inputs: [kernel, sdk],
    // Where its compiler is ours, it is built there.
    workplace: sdk,
    sources: async ({ nativeDir }) => [
      await identify(own, use),
      await hashSources(nativeDir, DRIVER_SOURCES),
    ],
    build: async (directory, { project: { nativeDir }, input, scratch, signal }) => {
      // What it lacks is said rather than what make says of it.
      await input(kernel);
      if (own.headers === null)
        throw new SetUpError(
          'kernel-unusable',
          `${own.folder} has nothing that a driver could be built against.`,
          {
            remedy: `Its lib/modules/${own.release}/build has to lead to the build tree or the headers.`,
          },
        );
      const compiler = compilerOf(await readConfig(own));
      const tools = await input(sdk);
      if (await isBuiltByTools(own.headers, compiler, tools, signal))
        return buildDriversIn(tools, {
          tree: own.headers,
          nativeDir,
          release: own.release,
          directory,
          signal,
        });
      const workplace = await scratch();
      await copySources(nativeDir, DRIVER_SOURCES, workplace);
      const workshop = new TreeWorkshop({ tree: own.headers, directory: workplace, compiler, signal });
      return buildDrivers(workshop, own.release, directory);
    },
  };
}

async function readConfig({ config }: OwnKernel): Promise<KernelConfig> {
  return parseKernelConfig(await readFile(config, 'utf8'));
}

function openModules(
  { modules: { installed, folder } }: OwnKernel,
  busybox: () => Promise<string>,
  signal?: AbortSignal,
): Promise<ModuleTree> {
  const options = { xz: async () => [await busybox(), 'xz'] as const, signal };
  return installed ? ModuleTree.open(folder, options) : ModuleTree.openBuilt(folder, options);
}

/** Hashes of all that an own kernel's artifacts are made from. */
async function identify(own: OwnKernel, { lab = false }: KernelUse): Promise<Hashable> {
  const { image, config, release, headers, folder } = own;
  const tree = await openModules(own, async () => 'busybox');
  const configuration = await readConfig(own);
  const wanted = [
    ...Object.values(modulesFor(configuration)).flat(),
    ...(lab ? labModulesFor(configuration) : []),
  ];
  return [
    release,
    await hashFile(image),
    await hashFile(config),
    await hashModules(tree, wanted),
    headers ?? '',
    folder,
  ];
}
