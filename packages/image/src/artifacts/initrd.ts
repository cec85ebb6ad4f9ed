import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MACHINE_APPLETS } from '../build/busybox.ts';
import { MIB } from '../cache/space.ts';
import type { Artifact } from '../graph/artifact.ts';
import { INITRAMFS, writeInitramfs } from '../initramfs/initramfs.ts';
import { busybox } from './busybox.ts';
import { kernel } from './kernel.ts';
import { planModuleEntries } from './plan-modules.ts';
import { hashSource, type Sources } from './sources.ts';

const FOLDERS = [
  ...['bin', 'dev', 'etc', 'lib', 'lib/modules', 'mnt', 'proc', 'root', 'run', 'sbin', 'sys', 'tmp'],
  ...['usr', 'usr/bin', 'usr/sbin', 'var'],
];

const initIn = ({ nativeDir }: Sources): string => join(nativeDir, 'init/init');

/**
 * The guest's initramfs for a kernel: loads modules, mounts the share with the kit and goes on there.
 * @param planModules those that a plan names; null for none
 */
export function makeInitrd(
  name: string,
  kernel: Artifact<Sources>,
  planModules: Artifact<Sources> | null = null,
): Artifact<Sources> {
  return {
    name,
    title: 'guest initramfs',
    description: "the guest's initramfs",
    space: 4 * MIB,
    recipe: [2, INITRAMFS, FOLDERS, MACHINE_APPLETS],
    inputs: [kernel, busybox, ...(planModules ? [planModules] : [])],
    sources: (project) => hashSource(initIn(project), "guest's init"),
    build: async (directory, { project, input }) => {
      const modules = join(await input(kernel), 'modules');
      const present = new Set(await readdir(modules));
      return writeInitramfs(directory, {
        folders: FOLDERS,
        init: await readFile(initIn(project)),
        busybox: join(await input(busybox), 'busybox'),
        applets: MACHINE_APPLETS,
        modules,
        more: planModules ? await planModuleEntries(await input(planModules), present) : [],
      });
    },
  };
}

export const initrd = makeInitrd('initrd', kernel);
