import { Duplex } from 'node:stream';
import type { Clock, Pipe, PipeOptions } from '../../packages/guest/src/runtime/runtime.ts';

/** What befalls the connection: `at` counts the bytes of that direction before it. */
export interface Fault {
  /** `stall` loses all that follows in its direction, `die` in both, and nobody is told. */
  readonly kind: 'none' | 'cut' | 'stall' | 'die' | 'flip' | 'drop' | 'double';
  readonly direction: 'up' | 'down';
  readonly at: number;
}

type Handlers = Pick<PipeOptions, 'next' | 'onOutput' | 'onEnd'>;

/** A connection between an agent's pipe and the host's stream, with one fault in it. */
export class FaultyLink {
  readonly host: Duplex;
  readonly #fault: Fault;
  readonly #passed = { up: 0, down: 0 };
  #guest: Handlers | null = null;
  #pumping = false;
  readonly #stalled = { up: false, down: false };
  #cut = false;

  constructor(fault: Fault) {
    this.#fault = fault;
    this.host = new Duplex({
      read: () => {},
      write: (chunk: Buffer, _, done) => {
        setImmediate(() => {
          const bytes = this.#pass('down', chunk);
          if (bytes.length > 0) this.#guest?.onOutput(bytes);
          this.#cutNow();
          done();
        });
      },
      destroy: (_, done) => {
        // As a closed socket shows at the other end.
        setImmediate(() => this.#tellGuest());
        done(null);
      },
    });
  }

  /** The agent's end. */
  open(handlers: Handlers): Pipe {
    this.#guest = handlers;
    return {
      wake: () => {
        if (this.#pumping) return;
        this.#pumping = true;
        setImmediate(() => this.#pump());
      },
      close: () => {
        this.#guest = null;
        if (!this.#stalled.up) this.host.push(null);
      },
    };
  }

  /** The guest is gone. */
  endGuest(): void {
    this.#guest = null;
  }

  #pump(): void {
    this.#pumping = false;
    for (let piece = this.#guest?.next(); piece; piece = this.#guest?.next()) {
      const bytes = this.#pass('up', piece);
      if (bytes.length > 0 && !this.host.destroyed) this.host.push(bytes);
      this.#cutNow();
    }
  }

  #pass(direction: 'up' | 'down', piece: Uint8Array): Uint8Array {
    const { kind, at, direction: struck } = this.#fault;
    const before = this.#passed[direction];
    this.#passed[direction] += piece.length;
    if (this.#stalled[direction]) return new Uint8Array(0);
    const index = at - before;
    if (direction !== struck || index < 0 || index >= piece.length) return Uint8Array.from(piece);
    const head = [...piece.subarray(0, index)];
    const [byte = 0, ...tail] = piece.subarray(index);
    switch (kind) {
      case 'none':
        return Uint8Array.from(piece);
      case 'cut':
        this.#cut = true;
        return Uint8Array.from(head);
      case 'stall':
        this.#stalled[direction] = true;
        return Uint8Array.from(head);
      case 'die':
        this.#stalled.up = true;
        this.#stalled.down = true;
        return Uint8Array.from(head);
      case 'flip':
        return Uint8Array.from([...head, byte ^ 0x10, ...tail]);
      case 'drop':
        return Uint8Array.from([...head, ...tail]);
      case 'double':
        return Uint8Array.from([...head, byte, byte, ...tail]);
    }
  }

  #cutNow(): void {
    if (!this.#cut || this.#stalled.up) return;
    this.#stalled.up = true;
    this.#stalled.down = true;
    this.host.destroy();
    this.#tellGuest();
  }

  #tellGuest(): void {
    if (this.#stalled.down && !this.#cut) return;
    const guest = this.#guest;
    this.#guest = null;
    guest?.onEnd('it ended');
  }
}

/** Time that passes only when it is told to. */
export class ManualClock implements Clock {
  readonly #timers = new Set<() => void>();

  now(): number {
    return 0;
  }

  after(_: number, callback: () => void): () => void {
    this.#timers.add(callback);
    return () => void this.#timers.delete(callback);
  }

  /** All that is waited for comes. */
  expire(): void {
    const due = [...this.#timers];
    this.#timers.clear();
    for (const callback of due) callback();
  }

  sleep(): Promise<void> {
    throw new Error('not used');
  }

  block(): void {}
}
