import { Errno, RequestError } from '../errno.ts';
import { FAULT, type Memory, type MemoryAccess, type Span } from './memory.ts';

/** Where the bytes of a window are, if this process can reach them. */
export interface Backing {
  /** A live view of `length` bytes at most, from `offset` of the window; shorter at a mapping's border. */
  view(offset: number, length: number): Uint8Array;
  release(): void;
}

/** One DMA_MAP: `size` bytes of bus addresses from `start`. */
interface Window {
  readonly start: bigint;
  readonly end: bigint;
  readonly read: boolean;
  readonly write: boolean;
  readonly backing: Backing | null;
}

/** What DMA_MAP asks for. */
export interface MapRequest {
  readonly address: bigint;
  readonly size: bigint;
  readonly read: boolean;
  readonly write: boolean;
}

export const MAX_WINDOWS = 65_535;
export const DMA_PAGE_BYTES = 4096;
const PAGE_MASK = BigInt(DMA_PAGE_BYTES - 1);
const ADDRESS_SPACE = 1n << 64n;

/**
 * The bus addresses a client lets the device use: windows that never overlap, sorted by address. An address
 * in a window without backing, or in no window, is `remote`: only the client can say what is there.
 */
export class DmaTable implements Memory {
  #windows: Window[] = [];
  #last: Window | null = null;

  get size(): number {
    return this.#windows.length;
  }

  /** Throws RequestError, EINVAL, EEXIST or ENOSPC, if `request` cannot be a window; nothing changes then. */
  check(request: MapRequest): void {
    const { address, size } = request;
    if (size <= 0n || (size & PAGE_MASK) !== 0n || (address & PAGE_MASK) !== 0n)
      throw new RequestError(Errno.EINVAL, `DMA map ${range(address, size)} is empty or not page-aligned`);
    if (address + size > ADDRESS_SPACE)
      throw new RequestError(Errno.EINVAL, `DMA map ${range(address, size)} wraps around`);
    if (!request.read && !request.write)
      throw new RequestError(Errno.EINVAL, `DMA map ${range(address, size)} allows nothing`);
    const next = this.#windows[this.#after(address)];
    if (next !== undefined && next.start < address + size)
      throw new RequestError(
        Errno.EEXIST,
        `DMA map ${range(address, size)} overlaps ${range(next.start, next.end - next.start)}`,
      );
    if (this.#windows.length >= MAX_WINDOWS)
      throw new RequestError(Errno.ENOSPC, `more than ${MAX_WINDOWS} DMA maps`);
  }

  /** Adds a window that {@link check} accepted; takes over `backing`. */
  map(request: MapRequest, backing: Backing | null): void {
    this.check(request);
    const { address, size, read, write } = request;
    this.#windows.splice(this.#after(address), 0, {
      start: address,
      end: address + size,
      read,
      write,
      backing,
    });
  }

  /**
   * Removes every window within the range; returns the bytes that were mapped there. As with VFIO type 1, a
   * range that would cut a window in two is refused with EINVAL and nothing changes.
   */
  unmap(address: bigint, size: bigint): bigint {
    const end = address + size;
    if (size <= 0n || end > ADDRESS_SPACE)
      throw new RequestError(Errno.EINVAL, `DMA unmap ${range(address, size)} is empty or wraps around`);
    const first = this.#after(address);
    let last = first;
    for (let window = this.#windows[last]; window !== undefined && window.start < end; ) {
      if (window.start < address || window.end > end)
        throw new RequestError(
          Errno.EINVAL,
          `DMA unmap ${range(address, size)} cuts ${range(window.start, window.end - window.start)}`,
        );
      window = this.#windows[++last];
    }
    let bytes = 0n;
    for (const window of this.#windows.splice(first, last - first)) {
      bytes += window.end - window.start;
      window.backing?.release();
    }
    this.#last = null;
    return bytes;
  }

  /** Removes every window. */
  clear(): void {
    for (const window of this.#windows) window.backing?.release();
    this.#windows = [];
    this.#last = null;
  }

  resolve(address: bigint, length: number, access: MemoryAccess): Span {
    if (address >= ADDRESS_SPACE) return FAULT;
    let window: Window | null | undefined = this.#last;
    if (window === null || address < window.start || address >= window.end) {
      window = this.#windows[this.#after(address)];
      if (window === undefined || window.start > address) return remote(address, length);
      this.#last = window;
    }
    if (access === 'read' ? !window.read : !window.write) return FAULT;
    if (window.backing === null) return remote(address, length);
    const rest = window.end - address;
    const reach = rest < BigInt(length) ? Number(rest) : length;
    const bytes = window.backing.view(Number(address - window.start), reach);
    return { kind: 'local', bytes, length: bytes.length };
  }

  /** Index of the first window that ends after `address`. */
  #after(address: bigint): number {
    let low = 0;
    let high = this.#windows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#windows[middle] as Window).end <= address) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** One page at most, so that a refusal names the page that was refused and windows (page-aligned) are kept. */
function remote(address: bigint, length: number): Span {
  const inPage = DMA_PAGE_BYTES - Number(address & PAGE_MASK);
  return { kind: 'remote', length: Math.min(length, inPage) };
}

function range(address: bigint, size: bigint): string {
  return `0x${address.toString(16)}+0x${size.toString(16)}`;
}
