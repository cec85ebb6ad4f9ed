import type { LabSources, Sources } from '../artifacts/sources.ts';
import type { MakeOptions } from '../graph/plan.ts';
import type { Qemu } from '../qemu/find.ts';

export interface SetUpOptions extends Sources, MakeOptions {
  /** Default: `${XDG_CACHE_HOME:-~/.cache}/coordinator`. */
  readonly cacheDir?: string | undefined;
  /** A QEMU to use instead of one on $PATH or a fetched one. */
  readonly qemu?: string | undefined;
  /** A kernel image, and an initramfs, to use instead of Debian's. */
  readonly kernel?: string | undefined;
  readonly initrd?: string | undefined;
}

/** `kernel`, `initrd` and `qemu` of these options are for guests and the machine that runs the lab, as ever. */
export interface LabSetUpOptions extends SetUpOptions, LabSources {}

/** All a virtual guest is started from; absolute paths. */
export interface PlatformFiles {
  readonly qemu: Qemu;
  readonly kernel: string;
  /** What `uname -r` says in the guest; null for a kernel the user brought. */
  readonly kernelRelease: string | null;
  readonly initrd: string;
  /** Folder to share read-only with guests, with the mount tag `hostshare`. */
  readonly kit: string;
  /** Folder of the drivers that were built from changed sources; null when none were asked for. */
  readonly changedDrivers: string | null;
}
