import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MACHINE_APPLETS } from '../build/busybox.ts';
import { MIB } from '../cache/space.ts';
import type { Artifact } from '../graph/artifact.ts';
import { INITRAMFS, writeInitramfs } from '../initramfs/initramfs.ts';
import { kernel } from './kernel.ts';
import { hashSource, type Sources } from './sources.ts';

const FOLDERS = [
  ...['bin', 'dev', 'etc', 'lib', 'lib/modules', 'mnt', 'proc', 'root', 'run', 'sbin', 'sys', 'tmp'],
  ...['usr', 'usr/bin', 'usr/sbin', 'var'],
];

const initIn = ({ nativeDir }: Sources): string => join(nativeDir, 'init/init');

/** The guest's initramfs: loads modules, mounts the share with the kit and goes on there. */
export const initrd: Artifact<Sources> = {
  name: 'initrd',
  title: 'guest initramfs',
  description: "the guest's initramfs",
  space: 4 * MIB,
  recipe: [2, INITRAMFS, FOLDERS, MACHINE_APPLETS],
  inputs: [kernel],
  sources: (project) => hashSource(initIn(project), "guest's init"),
  build: async (directory, { project, input }) => {
    const folder = await input(kernel);
    return writeInitramfs(directory, {
      folders: FOLDERS,
      init: await readFile(initIn(project)),
      busybox: join(folder, 'busybox'),
      applets: MACHINE_APPLETS,
      modules: join(folder, 'modules'),
    });
  },
};
