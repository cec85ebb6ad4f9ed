import { chmod, copyFile, cp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CoordinatorError } from '@coordinator/base/errors';
import type { Broken } from './case.ts';

const FEATURES = /smmute-features: [a-z ]+/;

export interface KitSources {
  /** The kit that is whole. */
  readonly kit: string;
  /** The agent that lies, bundled. */
  readonly liar: string;
  /** Folder of the drivers that were built from changed sources, `NAME.ko`. */
  readonly drivers: string;
}

/**
 * A kit in which something lies, in a folder of its own.
 * @returns the folder, or the whole kit where nothing of it is broken.
 */
export async function makeKit(
  folder: string,
  name: string,
  broken: Broken,
  { kit, liar, drivers }: KitSources,
): Promise<string> {
  if (broken.part === 'nothing' || broken.part === 'device') return kit;
  await cp(kit, folder, { recursive: true });
  if (broken.part === 'driver') {
    const modules = join(folder, 'modules');
    const [release] = await readdir(modules);
    if (release === undefined) throw new CoordinatorError(`the kit ${kit} has no driver`);
    await copyFile(join(drivers, `${name}.ko`), join(modules, release, 'smmute.ko'));
  }
  if (broken.part === 'agent') {
    // What was compiled beforehand is of the honest one.
    await rm(join(folder, 'agent.mjs.bc'), { force: true });
    await copyFile(liar, join(folder, 'agent.mjs'));
    await writeFile(join(folder, 'lie'), `${broken.lie}\n`);
  }
  const script = broken.part === 'tool' ? broken.script : broken.part === 'agent' ? broken.tool : undefined;
  if (script !== undefined) await replaceTool(folder, script);
  return folder;
}

/** The script says that it can do what the tool can, or its tests would be left out. */
async function replaceTool(folder: string, script: string): Promise<void> {
  const tool = join(folder, 'smmute');
  const [features = ''] = FEATURES.exec(await readFile(tool, 'latin1')) ?? [];
  await rename(tool, `${tool}.real`);
  await writeFile(tool, `#!/bin/sh\n# ${features}\nreal=\${0%/*}/smmute.real\n${script.trim()}\n`);
  await chmod(tool, 0o755);
}
