import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import type { GuestStart } from '@coordinator/shared/report';

/** A folder that the guest sees as a 9p file system under the mount tag `tag`. */
export interface Share {
  readonly tag: string;
  readonly folder: string;
  readonly readOnly: boolean;
  /** Reads and writes a second, for `--chaos`; QEMU alone can hold them back. */
  readonly iops?: number;
}

/** How a VMM gives its guest a vsock device. */
export type GuestVsock =
  /** By a vhost-user server that listens on `socket`. */
  | { readonly kind: 'vhost-user'; readonly cid: number; readonly socket: string }
  /** By this host's kernel, /dev/vhost-vsock. */
  | { readonly kind: 'vhost'; readonly cid: number };

/** What a user wants of the VMM beyond what it is told anyway; it comes behind that, and wins over it. */
export interface VmmOptions {
  /** CPU model with its features, as QEMU's `-cpu` takes it; kvmtool has none. */
  readonly cpu?: string;
  /** Options of the board, as QEMU's `-machine` takes them; kvmtool has none. */
  readonly machine?: string;
  /** Words for the VMM's command line as they are. */
  readonly words?: readonly string[];
  /** A gdbstub for each guest, whose CPUs may wait for gdb before their first instruction; QEMU alone has one. */
  readonly gdb?: 'running' | 'halted';
}

/** What guests have in common when they are many: what they boot, and their size. */
export interface MachineParts {
  readonly kernel: string;
  readonly initrd: string;
  /** Appended to the kernel command line of the VMM's own. */
  readonly kernelArguments: readonly string[];
  readonly cpus: number;
  readonly memoryMiB: number;
}

/** What a guest is made of, whichever VMM runs it. */
export interface GuestMachine extends MachineParts {
  readonly name: string;
  readonly shares: readonly Share[];
  /** Something will be typed at its console. */
  readonly takesInput?: boolean;
  /** Whether an IOMMU of its own stands between its functions and its memory. */
  readonly iommu?: boolean;
  /** Its vsock device, if it is to have one. */
  readonly vsock?: GuestVsock | null;
  readonly options?: VmmOptions;
  /** Where what the VMM writes to its standard error is kept; not made when that is nothing. */
  readonly errorLog?: string;
}

/** Why a VMM ended, as far as it is known. */
export interface VmmExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** The guest itself asked for the end: powered off or reset. Null when the VMM did not say. */
  readonly guestRequest: 'shutdown' | 'reset' | null;
  /** The last lines the VMM wrote to its standard error. */
  readonly complaint: string;
}

export interface CommandPort {
  readonly path: string;
  /** Connects as soon as the VMM listens; null when that is gone first. */
  open(): Promise<Socket | null>;
}

/** A running guest. It is ended by {@link stop}, whatever it does. */
export interface Vmm {
  readonly pid: number;
  /** The whole command line: the program and all its arguments. */
  readonly command: readonly string[];
  /** Whether its guest boots, or goes on from where another was saved. */
  readonly start: GuestStart;
  /** Why that is another way than was asked for, in one sentence; absent when it is not. */
  readonly notice?: string;
  /** The port by which commands are run in its guest, if it has one. */
  readonly commandPort?: CommandPort;
  /** The socket of its gdbstub, if it has one. */
  readonly gdbSocket?: string | undefined;
  /** Console output from the first byte. */
  readonly console: Readable;
  readonly consoleInput: Writable;
  readonly exited: Promise<VmmExit>;
  /** Ends the VMM at once and waits until it is gone. Never rejects; may be called again. */
  stop(): Promise<void>;
}
