import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CpioEntry, packCpio } from './cpio.ts';

const FOLDERS = [
  ...['bin', 'dev', 'etc', 'lib', 'lib/modules', 'mnt', 'proc', 'root', 'run', 'sbin', 'sys', 'tmp'],
  ...['usr', 'usr/bin', 'usr/sbin', 'var'],
];

/** Links to busybox: what the init, the agent and somebody at the debugging shell may call. */
const APPLETS = [
  ...[
    'awk',
    'basename',
    'cat',
    'chmod',
    'chroot',
    'clear',
    'cmp',
    'cp',
    'cut',
    'date',
    'dd',
    'df',
    'dirname',
    'dmesg',
  ],
  ...[
    'du',
    'echo',
    'env',
    'expr',
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
  ],
  ...[
    'killall',
    'less',
    'ln',
    'ls',
    'lsmod',
    'md5sum',
    'mkdir',
    'mknod',
    'modprobe',
    'more',
    'mount',
    'mountpoint',
    'mv',
  ],
  ...[
    'nproc',
    'od',
    'pidof',
    'poweroff',
    'printf',
    'ps',
    'pwd',
    'readlink',
    'realpath',
    'reboot',
    'rm',
    'rmdir',
    'rmmod',
  ],
  ...[
    'sed',
    'seq',
    'setsid',
    'sh',
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
  ],
  ...[
    'time',
    'timeout',
    'top',
    'touch',
    'tr',
    'true',
    'uname',
    'umount',
    'uniq',
    'uptime',
    'usleep',
    'vi',
    'wc',
    'which',
  ],
  ...['xargs', 'xxd'],
];

/** /dev/console, which the kernel opens for the first process: major 5, minor 1 (Documentation/admin-guide/devices). */
const CONSOLE: CpioEntry = { kind: 'character-device', path: 'dev/console', major: 5, minor: 1 };

/**
 * The guest's initramfs, uncompressed: 3 MB, which an emulated processor would take longer to decompress than QEMU to
 * copy.
 *
 * @param kernel folder of the kernel artifact (see makeKernel()).
 * @param init path of the init script.
 */
export async function packInitramfs(kernel: string, init: string): Promise<Buffer> {
  const modules = join(kernel, 'modules');
  const entries: CpioEntry[] = [
    ...FOLDERS.map((path) => ({ kind: 'directory', path }) as const),
    CONSOLE,
    { kind: 'file', path: 'init', mode: 0o755, content: await readFile(init) },
    { kind: 'file', path: 'bin/busybox', mode: 0o755, content: await readFile(join(kernel, 'busybox')) },
    ...APPLETS.map((name) => ({ kind: 'symlink', path: `bin/${name}`, target: 'busybox' }) as const),
  ];
  for (const name of (await readdir(modules)).sort()) {
    entries.push({ kind: 'file', path: `lib/modules/${name}`, content: await readFile(join(modules, name)) });
  }
  return packCpio(entries);
}
