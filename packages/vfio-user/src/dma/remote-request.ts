import type { MemoryAccess } from './memory.ts';

/**
 * A piece of memory the client must move, within one page: `bytes` is filled by its reply (read) or to be sent
 * (write).
 */
export interface RemoteRequest {
  readonly access: MemoryAccess;
  readonly address: bigint;
  readonly bytes: Uint8Array;
}

/** What a device wants of its client: asked for when there is room, answered later, or never after a reset. */
export interface RequestSource {
  /** The next thing to ask the client for, awaited from now on; null if there is none (any more). */
  take(): RemoteRequest | null;
  /** Whether an answer to `request` still means something. */
  awaits(request: RemoteRequest): boolean;
  /** Takes the client's answer to `request`, if it means something; `ok` false: refused, or overdue. */
  settle(request: RemoteRequest, ok: boolean): void;
}
