import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MOUNTS } from '../../packages/image/src/artifacts/ramdisk.ts';
import { type CpioEntry, packCpio } from '../../packages/image/src/initramfs/cpio.ts';
import { builtFile } from './kit.ts';

/** What root's password in {@link BuildrootDisk} is. */
export const PASSWORD = 'sesame street';
const PASSWORD_HASH = '$5$buildroot$uyi7E2iPtp7doBvUdV9g.SR28DUQOvgVsNnQk8P4Cs8';

/** What Buildroot's init scripts do, then its init, which runs a getty on the console. It knows nothing of the agent. */
const INIT = `#!/bin/busybox sh
/bin/busybox --install -s /bin
${MOUNTS}for list in /lib/modules/pci-* /lib/modules/always; do
  while read -r module; do
    [ -d "/sys/module/\${module%.ko}" ] || insmod "/lib/modules/$module"
  done <"$list"
done
hostname buildroot
echo 'Starting syslogd: OK # not a prompt:'
sleep 1
exec init
`;
const INITTABS = {
  getty: 'console::respawn:/bin/getty -L console 0 vt100',
  askfirst: 'console::askfirst:-/bin/sh',
  shell: 'console::respawn:-/bin/sh',
  deaf: 'console::respawn:/bin/getty -L console 0 vt100',
} as const;

/** Read by the shell of a login: a prompt behind which the first of what is typed is lost. */
const DEAF_PROFILE = "printf 'buildroot:~# '; dd bs=1 count=20 of=/dev/null 2>/dev/null\n";

/** What waits for somebody at the console. */
export type ConsoleKind = keyof typeof INITTABS;

/** A RAM disk like one of Buildroot: the modules and tools of ours, a getty, and root with a password. */
export class BuildrootDisk {
  readonly #folder = mkdtempSync(join(tmpdir(), 'buildroot-'));
  readonly path = join(this.#folder, 'ramdisk-buildroot.img');

  /** @param password as /etc/shadow has it; empty for none */
  constructor(password: 'asked for' | 'none', console: ConsoleKind = 'getty') {
    const ours = unpackCpio(readFileSync(builtFile('initrd'))).filter(({ path }) => path !== 'init');
    const text = (path: string, content: string, mode = 0o644) =>
      ({ kind: 'file', path, mode, content: Buffer.from(content) }) as const;
    writeFileSync(
      this.path,
      packCpio([
        ...ours,
        text('init', INIT, 0o755),
        text('etc/inittab', `${INITTABS[console]}\n::shutdown:/bin/sync\n`),
        text('etc/issue', 'Welcome to Buildroot\n'),
        ...(console === 'deaf' ? [text('etc/profile', DEAF_PROFILE)] : []),
        text('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\n'),
        text('etc/group', 'root:x:0:\n'),
        text('etc/shadow', `root:${password === 'none' ? '' : PASSWORD_HASH}:19000:0:99999:7:::\n`, 0o600),
      ]),
    );
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The opposite of packCpio(), for what that writes. */
function unpackCpio(archive: Buffer): CpioEntry[] {
  const entries: CpioEntry[] = [];
  const align = (at: number) => (at + 3) & ~3;
  for (let at = 0; ; ) {
    const field = (index: number) =>
      Number.parseInt(archive.toString('latin1', at + 6 + index * 8, at + 14 + index * 8), 16);
    const [mode, size, nameSize] = [field(1), field(6), field(11)];
    const path = archive.toString('utf8', at + 110, at + 110 + nameSize - 1);
    if (path === 'TRAILER!!!') return entries;
    const start = align(at + 110 + nameSize);
    const content = archive.subarray(start, start + size);
    const kind = mode >> 12;
    if (kind === 0o04) entries.push({ kind: 'directory', path });
    else if (kind === 0o12) entries.push({ kind: 'symlink', path, target: content.toString('utf8') });
    else if (kind === 0o02)
      entries.push({ kind: 'character-device', path, major: field(9), minor: field(10) });
    else entries.push({ kind: 'file', path, mode: mode & 0o777, content });
    at = align(start + size);
  }
}
