/** What a device wants with a piece of memory. */
export type MemoryAccess = 'read' | 'write';

/**
 * Memory as a device sees it at one address:
 * - `local`: `bytes` is a live view of guest memory, valid only until control returns to the server's loop;
 * - `remote`: `length` bytes that only the client can reach, by DMA_READ and DMA_WRITE;
 * - `fault`: the access is refused.
 */
export type Span =
  | { readonly kind: 'local'; readonly bytes: Uint8Array; readonly length: number }
  | { readonly kind: 'remote'; readonly length: number }
  | { readonly kind: 'fault' };

export interface Memory {
  /**
   * The span at `address` (64 bits), at most `length` bytes long. What can be reached in one piece may be
   * shorter, never zero.
   */
  resolve(address: bigint, length: number, access: MemoryAccess): Span;
}

export const FAULT: Span = { kind: 'fault' };
