import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Hashable } from '../cache/hash.ts';
import { type CpioEntry, packCpio } from './cpio.ts';

/** /dev/console, which the kernel opens for the first process: major 5, minor 1 (Documentation/admin-guide/devices). */
const CONSOLE: CpioEntry = { kind: 'character-device', path: 'dev/console', major: 5, minor: 1 };

/** For recipes: what writeInitramfs() puts in beside what it is given. */
export const INITRAMFS: Hashable = [{ ...CONSOLE }];

export interface Initramfs {
  /** Each after the one it is in. */
  readonly folders: readonly string[];
  readonly init: Uint8Array;
  /** Path of the busybox to bring along, and what to link to it in /bin. */
  readonly busybox: string;
  readonly applets: readonly string[];
  /** Folder of what comes to /lib/modules. */
  readonly modules: string;
  /** More files. */
  readonly more?: readonly CpioEntry[];
}

/**
 * Writes an initramfs, `initrd`, into `directory`. It is uncompressed: 3 MB, which an emulated processor would take
 * longer to decompress than QEMU to copy.
 *
 * @returns the files that matter.
 */
export async function writeInitramfs(directory: string, content: Initramfs): Promise<readonly string[]> {
  const { folders, init, busybox, applets, modules, more = [] } = content;
  const entries: CpioEntry[] = [
    ...folders.map((path) => ({ kind: 'directory', path }) as const),
    CONSOLE,
    { kind: 'file', path: 'init', mode: 0o755, content: init },
    { kind: 'file', path: 'bin/busybox', mode: 0o755, content: await readFile(busybox) },
    ...applets.map((name) => ({ kind: 'symlink', path: `bin/${name}`, target: 'busybox' }) as const),
  ];
  for (const name of (await readdir(modules)).sort()) {
    entries.push({ kind: 'file', path: `lib/modules/${name}`, content: await readFile(join(modules, name)) });
  }
  await writeFile(join(directory, 'initrd'), packCpio([...entries, ...more]));
  return ['initrd'];
}
