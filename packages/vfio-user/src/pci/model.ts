import type { Capability, ExtendedCapability } from './capability.ts';

/** What a PCI function is, as data: its configuration space and its regions are made of it. */
export interface FunctionModel {
  readonly identity: Identity;
  /** The memory BARs by index, 0 to 5; a 64-bit one takes the next index as well. */
  readonly bars: Readonly<Record<number, Bar>>;
  /** Without it the function has no interrupts. */
  readonly msix?: MsixModel;
  /** Without it the function is a conventional one. */
  readonly express?: ExpressModel;
  /** Further capabilities; how they are chained follows from their places. */
  readonly capabilities?: readonly Capability[];
  /** Capabilities of the extended space; the first one stands at 0x100. */
  readonly extendedCapabilities?: readonly ExtendedCapability[];
}

export interface Identity {
  readonly vendor: number;
  readonly device: number;
  /** 24 bits: class, subclass, programming interface. */
  readonly classCode: number;
  readonly revision?: number;
  readonly subsystemVendor?: number;
  readonly subsystem?: number;
}

export interface Bar {
  /** A power of two, 16 at least. */
  readonly bytes: number;
  /** 32 unless given. */
  readonly bits?: 32 | 64;
  readonly prefetchable?: boolean;
}

/** Somewhere in a BAR. */
export interface BarPlace {
  readonly bar: number;
  /** A multiple of 8; 0 unless given. */
  readonly offset?: number;
}

export interface MsixModel {
  /** Where the capability is in configuration space. */
  readonly at: number;
  /** Size of the table, 1 to 2048. */
  readonly vectors: number;
  /** The table: 16 bytes a vector. What else is in its BAR is the device's. */
  readonly table: BarPlace;
  /** The pending bits: 8 bytes for each 64 vectors. */
  readonly pending: BarPlace;
}

export interface ExpressModel {
  /** Where the capability is in configuration space. */
  readonly at: number;
  /** An endpoint behind a port, or one that is integrated in the root complex and has no link. */
  readonly type: 'endpoint' | 'integrated-endpoint';
}

export const MAX_VECTORS = 2048;
export const MSIX_ENTRY_BYTES = 16;

/** Size of the pending bits of `vectors` vectors. */
export function pendingBytes(vectors: number): number {
  return Math.ceil(vectors / 64) * 8;
}

/** @throws RangeError saying what of `model` cannot be */
export function checkModel({ bars, msix }: FunctionModel): void {
  for (const [index, { bytes, bits = 32 }] of Object.entries(bars)) {
    const number = Number(index);
    if (!Number.isInteger(number) || number < 0 || number > (bits === 64 ? 4 : 5))
      throw new RangeError(`BAR ${index} of ${bits} bits: BARs are 0 to 5, and 64 bits take two`);
    if (!Number.isInteger(Math.log2(bytes)) || bytes < 16 || bytes > 2 ** 31)
      throw new RangeError(`BAR ${index} of ${bytes} bytes: the size is a power of two from 16 to 2 GiB`);
    if (bits === 64 && bars[number + 1] !== undefined)
      throw new RangeError(`BAR ${number + 1} is the upper half of BAR ${number}`);
  }
  if (msix === undefined) return;
  const { vectors } = msix;
  if (!Number.isInteger(vectors) || vectors < 1 || vectors > MAX_VECTORS)
    throw new RangeError(`vectors is ${vectors}, not 1 to ${MAX_VECTORS}`);
  checkPlace('MSI-X table', msix.table, vectors * MSIX_ENTRY_BYTES, bars);
  checkPlace('MSI-X pending bits', msix.pending, pendingBytes(vectors), bars);
}

function checkPlace(
  what: string,
  { bar, offset = 0 }: BarPlace,
  bytes: number,
  bars: FunctionModel['bars'],
): void {
  if (offset % 8 !== 0 || offset < 0 || offset + bytes > (bars[bar]?.bytes ?? 0))
    throw new RangeError(`${what}: ${bytes} bytes at 0x${offset.toString(16)} do not fit in BAR ${bar}`);
}
