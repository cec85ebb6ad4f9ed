import type { LabSources, Sources } from '../artifacts/sources.ts';
import type { MakeOptions } from '../graph/plan.ts';
import type { Qemu } from '../qemu/find.ts';
import type { GuestKernel } from './kernels.ts';

export interface SetUpOptions extends Sources, MakeOptions {
  /** Default: `${XDG_CACHE_HOME:-~/.cache}/coordinator`. */
  readonly cacheDir?: string | undefined;
  /** A QEMU to use instead of one on $PATH or a fetched one. */
  readonly qemu?: string | undefined;
  /** Kernels to use instead of Debian's own: `debian:VERSION`, `source:VERSION`, folders of builds or of installed ones, files of images. */
  readonly kernels?: readonly string[] | undefined;
  /** Modules of each of them that a plan has guests load, by name. */
  readonly modules?: readonly string[] | undefined;
  /** Whether these are for the lab's own host as well. */
  readonly lab?: boolean | undefined;
  /** An initramfs to use with all of them. */
  readonly initrd?: string | undefined;
}

/** `kernels`, `initrd` and `qemu` of these options are for guests and the machine that runs the lab, as ever. */
export interface LabSetUpOptions extends SetUpOptions, LabSources {
  /** What the lab's own host boots, as `kernels` names them; Debian's if it is not said. */
  readonly labKernel?: string | undefined;
}

/** All virtual guests are started from; absolute paths. Those of one kernel are of the first. */
export interface PlatformFiles extends GuestKernel {
  readonly qemu: Qemu;
  /** All kernels that were asked for, in that order; Debian's own if none was. */
  readonly kernels: readonly [GuestKernel, ...GuestKernel[]];
  /** Folder of the drivers that were built from changed sources; null when none were asked for. */
  readonly changedDrivers: string | null;
}
