import { readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';

/** What any shell script calls. */
const SCRIPT = words(`
  awk basename cat chmod cmp cp cut date dirname echo env expr find grep head ln ls mkdir mktemp mv od printf pwd
  readlink realpath rm rmdir sed sh sort stat tail test touch tr true uname uniq wc xargs
`);

/** What a kernel module's build calls. */
export const BUILD_APPLETS = [...SCRIPT, ...words('[ install xz')];

/** What an init, the agent, a test, or somebody at a shell may call. */
export const MACHINE_APPLETS = [
  ...SCRIPT,
  ...words(`
    chroot clear dd df dmesg du false free hexdump hostname id insmod kill killall less lsmod md5sum mknod modprobe
    more mount mountpoint nproc pidof poweroff ps reboot rmmod seq setsid sha256sum sleep stty sync tar tee time
    timeout top umount uptime usleep vi which xxd
  `),
];

/** What a system that somebody logs in to has besides. */
export const LOGIN_APPLETS = [...MACHINE_APPLETS, ...words('getty init login mesg w who')];

function words(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}

/** Makes the applets links to the busybox beside them, but for names that are there already. */
export async function linkApplets(bin: string, applets: readonly string[]): Promise<void> {
  const present = new Set(await readdir(bin));
  for (const applet of applets) if (!present.has(applet)) await symlink('busybox', join(bin, applet));
}
