import { chmod, copyFile, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackageFile } from '../apt/package-file.ts';
import type { Pool } from '../apt/pool.ts';
import { unpackTree } from '../build/unpack.ts';
import { type CpioEntry, packCpio } from '../initramfs/cpio.ts';
import { LAB_INIT, LAB_MAIN } from './lab-init.ts';

/** What a test on the host, or somebody with `coordinator lab exec`, may call. */
const APPLETS = [
  ...[
    'awk',
    'basename',
    'cat',
    'chmod',
    'cmp',
    'cp',
    'cut',
    'date',
    'dd',
    'df',
    'dirname',
    'dmesg',
    'du',
    'echo',
  ],
  ...[
    'env',
    'false',
    'find',
    'free',
    'grep',
    'head',
    'hexdump',
    'hostname',
    'id',
    'insmod',
    'kill',
    'killall',
    'ln',
    'ls',
  ],
  ...[
    'lsmod',
    'md5sum',
    'mkdir',
    'mknod',
    'mktemp',
    'modprobe',
    'mount',
    'mv',
    'nproc',
    'od',
    'pidof',
    'poweroff',
  ],
  ...['printf', 'ps', 'pwd', 'readlink', 'realpath', 'rm', 'rmdir', 'rmmod', 'sed', 'seq', 'setsid', 'sh'],
  ...[
    'sha256sum',
    'sleep',
    'sort',
    'stat',
    'stty',
    'sync',
    'tail',
    'tar',
    'tee',
    'test',
    'time',
    'timeout',
    'top',
  ],
  ...['touch', 'tr', 'true', 'umount', 'uname', 'uniq', 'uptime', 'usleep', 'vi', 'wc', 'which', 'xargs'],
];

/** Where things are mounted, and what programs expect to be able to write to. */
const MOUNT_POINTS = ['dev', 'exchange', 'mnt', 'pack', 'proc', 'root', 'run', 'sys', 'tmp', 'var'];

/** Parts of QEMU's packages for other machines and for graphical front ends: half of what would be unpacked. */
const UNUSED = [
  ...['usr/bin/qemu-system-arm', 'usr/share/icons', 'usr/share/applications', 'usr/share/misc/pci.ids.d'],
  ...[
    'usr/share/qemu/edk2-*',
    'usr/share/qemu/firmware',
    'usr/share/qemu/keymaps',
    'usr/share/bash-completion',
  ],
  ...['usr/lib/aarch64-linux-gnu/gconv', 'usr/share/glib-2.0', 'usr/share/gdb'],
].map((path) => `./${path}`);

export interface ArmHostOptions {
  readonly pool: Pool;
  /** Of the set `arm-host`. */
  readonly packages: readonly PackageFile[];
  /** The arm64 busybox of the guests. */
  readonly busybox: string;
  readonly signal?: AbortSignal | undefined;
}

/** Makes the root folder of the lab's host. No package script runs, so what they would make is made here. */
export async function layOutArmHost(directory: string, options: ArmHostOptions): Promise<void> {
  const { pool, packages, busybox, signal } = options;
  await unpackTree(pool, packages, directory, { signal, without: UNUSED });
  const bin = join(directory, 'usr/bin');
  await copyFile(busybox, join(bin, 'busybox'));
  await chmod(join(bin, 'busybox'), 0o755);
  const present = new Set(await readdir(bin));
  for (const applet of APPLETS) if (!present.has(applet)) await symlink('busybox', join(bin, applet));
  for (const name of MOUNT_POINTS) await mkdir(join(directory, name), { recursive: true });
  await mkdir(join(directory, 'etc'), { recursive: true });
  await rm(join(directory, 'etc/passwd'), { force: true });
  await writeFile(join(directory, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  await writeFile(join(directory, 'etc/hostname'), 'arm-lab\n');
  await writeFile(join(directory, 'usr/sbin/lab-main'), LAB_MAIN, { mode: 0o755 });
}

/** The initramfs of the lab's host: loads modules, mounts the root image and goes on there. */
export async function packLabInitramfs(modules: string, busybox: string): Promise<Buffer> {
  const folders = ['bin', 'dev', 'lib', 'lib/modules', 'proc', 'run', 'sys', 'sysroot'];
  const entries: CpioEntry[] = [
    ...folders.map((path) => ({ kind: 'directory', path }) as const),
    { kind: 'character-device', path: 'dev/console', major: 5, minor: 1 },
    { kind: 'file', path: 'init', mode: 0o755, content: Buffer.from(LAB_INIT) },
    { kind: 'file', path: 'bin/busybox', mode: 0o755, content: await readFile(busybox) },
  ];
  for (const name of (await readdir(modules)).sort()) {
    entries.push({ kind: 'file', path: `lib/modules/${name}`, content: await readFile(join(modules, name)) });
  }
  return packCpio(entries);
}
