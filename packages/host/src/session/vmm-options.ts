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
}

export function kernelArgumentsOf({ append = [] }: VmmFlags): readonly string[] {
  return [...KERNEL_ARGUMENTS, ...append];
}

export function vmmOptionsOf({ vmmArg = [], cpu, machine }: VmmFlags): VmmOptions {
  return {
    ...(cpu === undefined ? {} : { cpu }),
    ...(machine === undefined ? {} : { machine }),
    ...(vmmArg.length === 0 ? {} : { words: vmmArg }),
  };
}

/** The same options for another coordinator. Each is one word, as its value may begin with a dash. */
export function vmmFlags({ append = [], vmmArg = [], cpu, machine }: VmmFlags): string[] {
  return [
    ...append.map((argument) => `--append=${argument}`),
    ...(cpu === undefined ? [] : [`--cpu=${cpu}`]),
    ...(machine === undefined ? [] : [`--machine=${machine}`]),
    ...vmmArg.map((word) => `--vmm-arg=${word}`),
  ];
}
