import type { VmmOptions } from '@coordinator/machine/vmm';
import { KERNEL_ARGUMENTS } from '../kernel-arguments.ts';

/** The options that change what a guest's kernel and its VMM are told. */
export interface VmmFlags {
  /** Arguments for the guests' kernel, behind those that it gets anyway. */
  readonly append?: readonly string[];
  /** Words for the VMM's command line, behind those that it gets anyway. */
  readonly vmmArg?: readonly string[];
  /** CPU model, as QEMU's `-cpu` takes it. */
  readonly cpu?: string;
  /** Options of the board, as QEMU's `-machine` takes them. */
  readonly machine?: string;
  /** Each guest has a gdbstub, and no limit runs; its CPUs wait for gdb if `gdbHalt`. */
  readonly gdb?: boolean;
  readonly gdbHalt?: boolean;
}

export const isDebugged = ({ gdb = false, gdbHalt = false }: VmmFlags): boolean => gdb || gdbHalt;

/** The kernel is where its symbols say. */
const DEBUG_ARGUMENT = 'nokaslr';

export function kernelArgumentsOf(flags: VmmFlags): readonly string[] {
  const { append = [] } = flags;
  return [...KERNEL_ARGUMENTS, ...(isDebugged(flags) ? [DEBUG_ARGUMENT] : []), ...append];
}

export function vmmOptionsOf(flags: VmmFlags): VmmOptions {
  const { vmmArg = [], cpu, machine, gdbHalt = false } = flags;
  return {
    ...(isDebugged(flags) ? { gdb: gdbHalt ? 'halted' : 'running' } : {}),
    ...(cpu === undefined ? {} : { cpu }),
    ...(machine === undefined ? {} : { machine }),
    ...(vmmArg.length === 0 ? {} : { words: vmmArg }),
  };
}

/** The same options for another coordinator. Each is one word, as its value may begin with a dash. */
export function vmmFlags({ append = [], vmmArg = [], cpu, machine, gdb, gdbHalt }: VmmFlags): string[] {
  return [
    ...(gdb ? ['--gdb'] : []),
    ...(gdbHalt ? ['--gdb-halt'] : []),
    ...append.map((argument) => `--append=${argument}`),
    ...(cpu === undefined ? [] : [`--cpu=${cpu}`]),
    ...(machine === undefined ? [] : [`--machine=${machine}`]),
    ...vmmArg.map((word) => `--vmm-arg=${word}`),
  ];
}
