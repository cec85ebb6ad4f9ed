import type { MemoryAccess, Span } from '@coordinator/vfio-user';
import { type Backing, DmaTable, type MapRequest } from '@coordinator/vfio-user';
import { covers, type KnownWindow, KnownWindows, viewOf } from './known-windows.ts';

/**
 * Larger than any buffer of a driver: the window of all of memory, which is there while the IOMMU translates
 * nothing yet, and in which bus addresses are physical ones.
 */
const ALL_MEMORY_BYTES = 64n << 20n;

const OVERRUN_BYTES = 1n << 16n;

/** Reaches windows that were unmapped, of those that `isKept`. */
class StaleWindows extends KnownWindows {
  readonly #isKept: (window: KnownWindow) => boolean;

  constructor(isKept: (window: KnownWindow) => boolean) {
    super();
    this.#isKept = isKept;
  }

  override resolve(address: bigint, length: number, access: MemoryAccess): Span {
    const span = super.resolve(address, length, access);
    if (span.kind !== 'remote') return span;
    const window = this.find(
      (known) => known.gone && known[access] && this.#isKept(known) && covers(known, address),
    );
    if (window === undefined) return span;
    const rest = window.address + window.size - address;
    return viewOf(window, address, rest < BigInt(length) ? Number(rest) : length) ?? span;
  }
}

export const staleBuffers = () => new StaleWindows(({ size }) => size < ALL_MEMORY_BYTES);
export const physicalMemory = () => new StaleWindows(({ size }) => size >= ALL_MEMORY_BYTES);

/** Takes every window as one that may be read and written. */
export class WithoutPermissions extends DmaTable {
  override map(request: MapRequest, backing: Backing | null): void {
    super.map({ ...request, read: true, write: true }, backing);
  }
}

/** Reaches what lies behind the end of a window in the memory it is a part of. */
export class Overrun extends KnownWindows {
  override resolve(address: bigint, length: number, access: MemoryAccess): Span {
    const span = super.resolve(address, length, access);
    if (span.kind !== 'remote') return span;
    const window = this.find((known) => {
      const end = known.address + known.size;
      return !known.gone && known[access] && address >= end && address < end + OVERRUN_BYTES;
    });
    return (window && viewOf(window, address, span.length)) ?? span;
  }
}

/** Refuses what it must refuse, but has changed a byte by then. */
export class WritesAnyway extends KnownWindows {
  override resolve(address: bigint, length: number, access: MemoryAccess): Span {
    const span = super.resolve(address, length, access);
    if (span.kind === 'local' || access === 'read') return span;
    const window = this.find((known) => covers(known, address));
    const leak = window && viewOf(window, address, 1);
    if (leak?.kind === 'local') leak.bytes[0] = (leak.bytes[0] as number) ^ 0xff;
    return span;
  }
}

/** Addresses in no window are memory of zeros that keeps nothing. */
export class ZerosElsewhere extends DmaTable {
  override resolve(address: bigint, length: number, access: MemoryAccess): Span {
    const span = super.resolve(address, length, access);
    if (span.kind !== 'remote') return span;
    return { kind: 'local', bytes: new Uint8Array(span.length), length: span.length };
  }
}
