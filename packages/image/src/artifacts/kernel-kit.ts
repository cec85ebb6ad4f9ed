import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashFiles, listFiles } from '../cache/hash.ts';
import { MIB } from '../cache/space.ts';
import type { Artifact } from '../graph/artifact.ts';
import type { KernelArtifacts } from './kernel-artifacts.ts';
import { describeKit, kit, modulesFolder } from './kit.ts';
import type { Sources } from './sources.ts';
import { readRelease } from './write-kernel.ts';

/** The kit for guests of another kernel: the same programs and agent, and the drivers for that. */
export function makeKernelKit({ kernel, driver }: KernelArtifacts): Artifact<Sources> {
  return {
    name: 'kernel-kit',
    title: 'guest kit',
    description: 'the guest kit',
    space: 4 * MIB,
    recipe: [1],
    inputs: [kit, kernel, driver],
    build: async (directory, { input }) => {
      const release = await readRelease(await input(kernel));
      const drivers = await input(driver);
      await cp(await input(kit), directory, { recursive: true });
      const modules = join(directory, modulesFolder(release));
      await rm(join(directory, 'modules'), { recursive: true });
      await mkdir(modules, { recursive: true });
      for (const name of await readdir(drivers)) await cp(join(drivers, name), join(modules, name));
      await rm(join(directory, 'kit.json'));
      const paths = await listFiles(directory);
      await writeFile(join(directory, 'kit.json'), describeKit(release, await hashFiles(directory, paths)));
      return [...paths, 'kit.json'];
    },
  };
}
