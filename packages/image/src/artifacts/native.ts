import { join } from 'node:path';
import { COMPILING, Workshop } from '../build/compile.ts';
import { hashSources } from '../cache/hash.ts';
import { MIB } from '../cache/space.ts';
import { exerciserParts } from '../exerciser/index.ts';
import type { Artifact } from '../graph/artifact.ts';
import { buildDrivers, DRIVERS } from './driver.ts';
import { sdk } from './sdk.ts';
import type { Sources } from './sources.ts';
import { readRelease } from './write-kernel.ts';

/** Every program of ours in a guest kit, by the part of packages/guest/native that it is made from. */
export const PROGRAMS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(exerciserParts).flatMap(([name, { tool }]) =>
      tool === null ? [] : [[`exerciser/${name}/tool`, tool]],
    ),
  ),
  ...{ vsock: 'vsock-bridge', terminal: 'on-terminal', port: 'on-line', wake: 'wake', qjs: 'qjs' },
};

/** What they are made from; not the tests that lie beside it. */
const PARTS = [
  ...['common', 'exerciser/common'],
  ...Object.keys(PROGRAMS),
  ...Object.keys(exerciserParts).flatMap((name) =>
    ['include', 'module'].map((part) => `exerciser/${name}/${part}`),
  ),
];

/** What is compiled: the JavaScript engine, the exercisers' tools, the way to vsock, and their drivers for one kernel. */
export const native: Artifact<Sources> = {
  name: 'native',
  description: "the guest's programs",
  space: 8 * MIB,
  recipe: [1, COMPILING, PROGRAMS, DRIVERS],
  inputs: [sdk],
  workplace: sdk,
  sources: ({ nativeDir }) => hashSources(nativeDir, PARTS),
  build: async (directory, { project: { nativeDir }, signal, input }) => {
    const tree = await input(sdk);
    const files = Object.values(PROGRAMS);
    await Workshop.open({ sdk: tree, nativeDir, parts: PARTS, signal }, async (workshop) => {
      // One after another: together they take two seconds.
      for (const [part, name] of Object.entries(PROGRAMS)) {
        await workshop.program(part, name, join(directory, name));
      }
      files.push(...(await buildDrivers(workshop, await readRelease(tree), directory)));
    });
    return files;
  },
};
