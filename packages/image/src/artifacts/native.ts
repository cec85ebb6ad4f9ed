import { join } from 'node:path';
import { COMPILING, Workshop } from '../build/compile.ts';
import { hashSources } from '../cache/hash.ts';
import { MIB } from '../cache/space.ts';
import type { Artifact } from '../graph/artifact.ts';
import { readRelease } from './kernel.ts';
import { sdk } from './sdk.ts';
import type { Sources } from './sources.ts';

/** Programs by the part of packages/guest/native they are made from. */
const PROGRAMS = { tool: 'smmute', blkdma: 'blkdma', vsock: 'vsock-bridge', qjs: 'qjs' } as const;
const PARTS = ['include', 'module', ...Object.keys(PROGRAMS)];

/** What is compiled: the JavaScript engine, the exercisers' tools, the way to vsock, and the driver for one kernel. */
export const native: Artifact<Sources> = {
  name: 'native',
  description: "the guest's programs",
  space: 8 * MIB,
  recipe: [1, COMPILING, PROGRAMS],
  inputs: [sdk],
  workplace: sdk,
  sources: ({ nativeDir }) => hashSources(nativeDir, PARTS),
  build: async (directory, { project: { nativeDir }, signal, input }) => {
    const tree = await input(sdk);
    await Workshop.open({ sdk: tree, nativeDir, parts: PARTS, signal }, async (workshop) => {
      // One after another: together they take two seconds.
      for (const [part, name] of Object.entries(PROGRAMS)) {
        await workshop.program(part, name, join(directory, name));
      }
      await workshop.module(await readRelease(tree), join(directory, 'smmute.ko'));
    });
    return [...Object.values(PROGRAMS), 'smmute.ko'];
  },
};
