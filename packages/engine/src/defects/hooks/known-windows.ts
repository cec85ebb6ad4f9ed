import type { Span } from '@coordinator/vfio-user';
import { type Backing, DmaTable, type MapRequest } from '@coordinator/vfio-user';

/** Windows remembered after they were unmapped. */
const MAX_GONE = 1024;

export interface KnownWindow extends MapRequest {
  readonly backing: Backing;
  gone: boolean;
}

/** A DMA table that keeps the memory of windows that were unmapped within reach of a defect. */
export class KnownWindows extends DmaTable {
  /** Newest first. */
  #known: KnownWindow[] = [];

  override map(request: MapRequest, backing: Backing | null): void {
    if (backing === null) {
      super.map(request, null);
      return;
    }
    const known: KnownWindow = { ...request, backing, gone: false };
    super.map(request, {
      view: (offset, length) => backing.view(offset, length),
      release: () => this.#unmapped(known),
    });
    this.#known.unshift(known);
  }

  override clear(): void {
    super.clear();
    for (const { backing } of this.#known) backing.release();
    this.#known = [];
  }

  protected find(isWanted: (window: KnownWindow) => boolean): KnownWindow | undefined {
    return this.#known.find(isWanted);
  }

  #unmapped(window: KnownWindow): void {
    window.gone = true;
    const gone = this.#known.filter((known) => known.gone);
    for (const { backing } of gone.slice(MAX_GONE)) backing.release();
    const forgotten = new Set(gone.slice(MAX_GONE));
    this.#known = this.#known.filter((known) => !forgotten.has(known));
  }
}

export function covers({ address, size }: KnownWindow, at: bigint): boolean {
  return at >= address && at < address + size;
}

/** What is at bus address `at` of a window's memory, or behind it; null if there is nothing. */
export function viewOf({ address, backing }: KnownWindow, at: bigint, length: number): Span | null {
  try {
    const bytes = backing.view(Number(at - address), length);
    return bytes.length === 0 ? null : { kind: 'local', bytes, length: bytes.length };
  } catch {
    return null; // behind the end of the file
  }
}
