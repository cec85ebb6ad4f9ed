import { allocate, calls } from './libc.ts';

export const PollEvent = { IN: 1, OUT: 4, ERR: 8, HUP: 16, INVALID: 32 } as const;

const POLL_ENTRY_BYTES = 8; // struct pollfd: i32 fd, i16 events, i16 revents

/** A set of descriptors to wait for. */
export class Poller {
  #entries = allocate(64 * POLL_ENTRY_BYTES);
  #count = 0;

  clear(): void {
    this.#count = 0;
  }

  /** Adds `fd`; returns its place for {@link ready}. */
  add(fd: number, events: number): number {
    const at = this.#count * POLL_ENTRY_BYTES;
    if (at === this.#entries.bytes.length) {
      const larger = allocate(2 * at);
      larger.bytes.set(this.#entries.bytes);
      this.#entries = larger;
    }
    this.#entries.view.setInt32(at, fd, true);
    this.#entries.view.setInt16(at + 4, events, true);
    this.#entries.view.setInt16(at + 6, 0, true);
    return this.#count++;
  }

  /** Waits at most `timeoutMs` (-1: for ever); returns how many are ready. */
  wait(timeoutMs: number): number {
    return calls.poll(this.#entries.address, this.#count, timeoutMs) as number;
  }

  /** What happened at a place: a set of {@link PollEvent}. */
  ready(place: number): number {
    return this.#entries.view.getInt16(place * POLL_ENTRY_BYTES + 6, true);
  }
}
