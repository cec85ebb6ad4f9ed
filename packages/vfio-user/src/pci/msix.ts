import { MSIX_CONTROL_ENABLE, MSIX_CONTROL_FUNCTION_MASK } from './config-layout.ts';
import { MSIX_ENTRY_BYTES as ENTRY_BYTES, pendingBytes } from './model.ts';

/** Where interrupts go: one line a vector, if the client has connected it. */
export interface InterruptLines {
  isConnected(vector: number): boolean;
  /** Sends one interrupt; false if the line is dead. */
  raise(vector: number): boolean;
}

export type MsiOutcome = 'sent' | 'pending' | 'aborted';

const ENTRY_CONTROL = 12;
const ENTRY_MASKED = 1;

/**
 * MSI-X: the table, the pending bits and the rules between them. Source: PCI Local Bus 3.0, 6.8.2.
 *
 * A client that emulates the table for its guest (QEMU does) never forwards writes to it, so an entry's mask
 * bit, set after reset, counts only once the entry has been written here; such a client connects and
 * disconnects vectors instead.
 */
export class Msix {
  readonly vectors: number;
  readonly #lines: InterruptLines;
  readonly #table: Uint8Array;
  readonly #written: Uint8Array;
  readonly #clientMask: Uint8Array;
  readonly #pending: Uint8Array;
  #control = 0;

  constructor(vectors: number, lines: InterruptLines) {
    this.vectors = vectors;
    this.#lines = lines;
    this.#table = new Uint8Array(vectors * ENTRY_BYTES);
    this.#written = new Uint8Array(vectors);
    this.#clientMask = new Uint8Array(vectors);
    this.#pending = new Uint8Array(pendingBytes(vectors));
    this.reset();
  }

  reset(): void {
    this.#table.fill(0);
    for (let vector = 0; vector < this.vectors; vector++)
      this.#table[vector * ENTRY_BYTES + ENTRY_CONTROL] = ENTRY_MASKED;
    this.#written.fill(0);
    this.#clientMask.fill(0);
    this.#pending.fill(0);
    this.#control = 0;
  }

  /** Sends the message of `vector`, or marks it pending; a vector outside the table aborts. */
  signal(vector: number): MsiOutcome {
    if (vector >= this.vectors) return 'aborted';
    if (this.#isHeld(vector)) {
      this.#setPending(vector, true);
      return 'pending';
    }
    return this.#lines.raise(vector) ? 'sent' : 'aborted';
  }

  /** Takes the message control word; what became free to go is sent. Returns how many were. */
  setControl(control: number): number {
    this.#control = control;
    return this.flush();
  }

  /** Masks or frees `vector` on the client's behalf (SET_IRQS). Returns how many pending ones were sent. */
  setClientMask(vector: number, masked: boolean): number {
    this.#clientMask[vector] = masked ? 1 : 0;
    return this.flush();
  }

  /** Sends pending messages that nothing holds any more. Returns how many. */
  flush(): number {
    let sent = 0;
    for (let vector = 0; vector < this.vectors; vector++) {
      if (!this.isPending(vector) || this.#isHeld(vector)) continue;
      this.#setPending(vector, false);
      if (this.#lines.raise(vector)) sent++;
    }
    return sent;
  }

  isPending(vector: number): boolean {
    return ((this.#pending[vector >> 3] as number) & (1 << (vector & 7))) !== 0;
  }

  readTable(offset: number, count: number, target: Uint8Array, at: number): void {
    copyOrZero(this.#table, offset, count, target, at);
  }

  /** Returns how many pending messages the write let go. */
  writeTable(offset: number, count: number, data: Uint8Array, at: number): number {
    for (let index = 0; index < count && offset + index < this.#table.length; index++)
      this.#table[offset + index] = data[at + index] as number;
    const vector = Math.floor(offset / ENTRY_BYTES);
    if (vector >= this.vectors) return 0;
    this.#written[vector] = 1;
    return this.flush();
  }

  /** The pending bits are read-only. */
  readPending(offset: number, count: number, target: Uint8Array, at: number): void {
    copyOrZero(this.#pending, offset, count, target, at);
  }

  #isHeld(vector: number): boolean {
    if ((this.#control & MSIX_CONTROL_ENABLE) === 0) return true;
    if ((this.#control & MSIX_CONTROL_FUNCTION_MASK) !== 0) return true;
    if (this.#clientMask[vector] === 1 || !this.#lines.isConnected(vector)) return true;
    const control = this.#table[vector * ENTRY_BYTES + ENTRY_CONTROL] as number;
    return this.#written[vector] === 1 && (control & ENTRY_MASKED) !== 0;
  }

  #setPending(vector: number, pending: boolean): void {
    const bit = 1 << (vector & 7);
    const byte = this.#pending[vector >> 3] as number;
    this.#pending[vector >> 3] = pending ? byte | bit : byte & ~bit;
  }
}

function copyOrZero(from: Uint8Array, offset: number, count: number, target: Uint8Array, at: number): void {
  for (let index = 0; index < count; index++) target[at + index] = from[offset + index] ?? 0;
}
