import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BYTECODE, compileBytecode } from '../build/bytecode.ts';
import { hashFiles } from '../cache/hash.ts';
import { MIB } from '../cache/space.ts';
import { exerciserParts } from '../exerciser/index.ts';
import type { Artifact } from '../graph/artifact.ts';
import { native, PROGRAMS } from './native.ts';
import { sdk } from './sdk.ts';
import { hashSource, type Sources } from './sources.ts';
import { readRelease } from './write-kernel.ts';

const modules = Object.values(exerciserParts).flatMap(({ module }) =>
  module === null ? [] : `${module}.ko`,
);
/** In a kit: what runs commands, under its `qjs`. */
export const EXEC_DAEMON = 'exec-daemon.mjs';

const programs = Object.values(PROGRAMS);

const startIn = ({ nativeDir }: Sources): string => join(nativeDir, 'start/start');

/** The folder guests mount read-only: see `start` in it for what runs what. */
export const kit: Artifact<Sources> = {
  name: 'kit',
  title: 'guest kit',
  description: 'the guest kit',
  space: 4 * MIB,
  recipe: [1, BYTECODE, programs, modules],
  // The SDK compiles the agent.
  inputs: [native, sdk],
  workplace: sdk,
  sources: async (project) => [
    await hashSource(project.agentBundle, 'agent bundle'),
    await hashSource(project.execDaemon, 'program that runs commands'),
    await hashSource(startIn(project), "guest kit's start script"),
  ],
  build: async (directory, { project, signal, input }) => {
    const built = await input(native);
    const tree = await input(sdk);
    const release = await readRelease(tree);
    const bytecode = await compileBytecode(tree, project.agentBundle, signal);
    const files: readonly (readonly [path: string, source: string | Uint8Array, mode: number])[] = [
      ['start', startIn(project), 0o755],
      ['agent.mjs', project.agentBundle, 0o644],
      ['agent.mjs.bc', bytecode, 0o644],
      [EXEC_DAEMON, project.execDaemon, 0o644],
      ...programs.map((name) => [name, join(built, name), 0o755] as const),
      ...modules.map((name) => [`${modulesFolder(release)}/${name}`, join(built, name), 0o644] as const),
    ];
    for (const [path, source, mode] of files) {
      const target = join(directory, path);
      await mkdir(dirname(target), { recursive: true });
      await (typeof source === 'string' ? copyFile(source, target) : writeFile(target, source));
      await chmod(target, mode);
    }
    const paths = files.map(([path]) => path);
    await writeFile(join(directory, 'kit.json'), describeKit(release, await hashFiles(directory, paths)));
    return [...paths, 'kit.json'];
  },
};

/** Where in a kit the drivers for a kernel are. */
export function modulesFolder(release: string): string {
  return `modules/${release}`;
}

/** The content of `kit.json`. */
export function describeKit(release: string, sha256: Readonly<Record<string, string>>): string {
  return `${JSON.stringify({ version: 1, kernelRelease: release, sha256 }, null, 2)}\n`;
}
