import { join } from 'node:path';
import { COMPILING, type ModuleMaker, Workshop } from '../build/compile.ts';
import { hashSources } from '../cache/hash.ts';
import { MIB } from '../cache/space.ts';
import { exerciserParts } from '../exerciser/index.ts';
import type { Artifact } from '../graph/artifact.ts';
import { sdk } from './sdk.ts';
import type { Sources } from './sources.ts';
import { readRelease } from './write-kernel.ts';

/** Exercisers' drivers by the part of packages/guest/native they are made from. */
export const DRIVERS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(exerciserParts).flatMap(([name, { module }]) =>
    module === null ? [] : [[`exerciser/${name}/module`, module]],
  ),
);

/** What they are made from; not the tests that lie beside it. */
export const DRIVER_SOURCES: readonly string[] = [
  'exerciser/common',
  ...Object.keys(exerciserParts).flatMap((name) =>
    ['include', 'module'].map((part) => `exerciser/${name}/${part}`),
  ),
];

/** Builds the drivers for one kernel into `directory`. @returns their files */
export async function buildDrivers(
  workshop: ModuleMaker,
  release: string,
  directory: string,
): Promise<readonly string[]> {
  for (const [part, name] of Object.entries(DRIVERS))
    await workshop.module(part, name, release, join(directory, `${name}.ko`));
  return Object.values(DRIVERS).map((name) => `${name}.ko`);
}

/** Builds the drivers for the kernel whose headers an SDK has, or for that of a tree. @returns their files */
export async function buildDriversIn(
  sdk: string,
  { tree, nativeDir, release, directory, signal }: DriverBuild,
): Promise<readonly string[]> {
  let files: readonly string[] = [];
  await Workshop.open({ sdk, nativeDir, parts: DRIVER_SOURCES, signal, tree }, async (workshop) => {
    files = await buildDrivers(workshop, release, directory);
  });
  return files;
}

export interface DriverBuild {
  /** A tree that is built in place; the SDK's headers if absent. */
  readonly tree?: string | undefined;
  readonly nativeDir: string;
  readonly release: string;
  /** Where the drivers go. */
  readonly directory: string;
  readonly signal?: AbortSignal | undefined;
}

/** The drivers for a kernel that was built here. @param folder of its tree in the artifact */
export function makeTreeDriver(who: string, built: Artifact, folder: string): Artifact<Sources> {
  return {
    name: 'driver',
    description: `the driver for the kernel ${who}`,
    space: 60 * MIB,
    recipe: [1, COMPILING, DRIVERS],
    inputs: [built, sdk],
    workplace: sdk,
    sources: ({ nativeDir }) => hashSources(nativeDir, DRIVER_SOURCES),
    build: async (directory, { project: { nativeDir }, signal, input }) => {
      const kernel = await input(built);
      const [tree, release] = [join(kernel, folder), await readRelease(kernel)];
      return buildDriversIn(await input(sdk), { tree, nativeDir, release, directory, signal });
    },
  };
}

/** The drivers for the kernel whose headers an SDK has. */
export function makeDriver(name: string, sdk: Artifact): Artifact<Sources> {
  return {
    name,
    description: 'the driver',
    space: 8 * MIB,
    recipe: [1, COMPILING, DRIVERS],
    inputs: [sdk],
    workplace: sdk,
    sources: ({ nativeDir }) => hashSources(nativeDir, DRIVER_SOURCES),
    build: async (directory, { project: { nativeDir }, signal, input }) => {
      const tools = await input(sdk);
      return buildDriversIn(tools, { nativeDir, release: await readRelease(tools), directory, signal });
    },
  };
}
