import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { COMPILING, Workshop } from '../build/compile.ts';
import { hashSources } from '../cache/hash.ts';
import { MIB } from '../cache/space.ts';
import { SetUpError } from '../errors.ts';
import type { Artifact } from '../graph/artifact.ts';
import { sdk } from './sdk.ts';
import type { SourceChange, Sources } from './sources.ts';
import { readRelease } from './write-kernel.ts';

/** The test engine's driver, which the self-test changes. */
const MODULE = 'smmute';
const FOLDER = `exerciser/${MODULE}/module`;
const PARTS = ['exerciser/common', `exerciser/${MODULE}/include`, FOLDER];

/** A driver for each change of its sources, `NAME.ko`. */
export const brokenDrivers: Artifact<Sources> = {
  name: 'broken-drivers',
  description: 'drivers that are broken on purpose',
  space: 8 * MIB,
  recipe: [1, COMPILING],
  inputs: [sdk],
  workplace: sdk,
  sources: async ({ nativeDir, changedDrivers = [] }) => [
    await hashSources(nativeDir, PARTS),
    JSON.stringify(changedDrivers),
  ],
  build: async (directory, { project: { nativeDir, changedDrivers = [] }, signal, input }) => {
    const tree = await input(sdk);
    await Workshop.open({ sdk: tree, nativeDir, parts: PARTS, signal }, async (workshop) => {
      // One after another in one folder, as each takes no more than the one file that differs.
      for (const change of changedDrivers) {
        const path = join(workshop.directory, FOLDER, change.file);
        const whole = await readFile(path, 'utf8');
        await writeFile(path, applyChange(whole, change));
        await workshop.module(FOLDER, MODULE, await readRelease(tree), join(directory, `${change.name}.ko`));
        await writeFile(path, whole);
      }
    });
    return changedDrivers.map(({ name }) => `${name}.ko`);
  },
};

function applyChange(source: string, { name, file, find, replace }: SourceChange): string {
  const parts = source.split(find);
  if (parts.length === 2) return parts.join(replace);
  throw new SetUpError(
    'build-failed',
    `The change "${name}" does not fit native/${FOLDER}/${file}: its passage is there ${parts.length - 1} times.`,
    { remedy: 'Change the self-test with the driver.' },
  );
}
