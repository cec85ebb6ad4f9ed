import type { Memory, RemoteRequest, Span } from '@coordinator/vfio-user';
import type { Command } from './command.ts';

export type Progress = 'done' | 'fault' | 'paused' | 'remote';

/** Most bytes looked at in one piece. */
const MAX_PIECE_BYTES = 1 << 18;

/** What a piece costs at least, so that many tiny ones do not keep other devices waiting. */
const MIN_PIECE_COST = 512;

const NO_BYTES = new Uint8Array(0);

/**
 * A command that runs. It holds no view of guest memory between two calls, since a map may go away.
 * After `remote`, {@link request} says what the client must do; {@link settle} takes its answer.
 */
export class Execution {
  readonly command: Command;
  /** Valid after `fault`: the address of the side that faulted. */
  faultAddress = 0n;
  request: RemoteRequest | null = null;
  #offset = 0n;
  #readBytes: Uint8Array | null = null;
  #next: bigint | null = null;

  constructor(command: Command) {
    this.command = command;
  }

  /** Runs until the command ends, `budget` bytes are done, or the client must be asked. */
  run(memory: Memory, budget: number): Progress {
    const { source, destination, size, unit } = this.command;
    let left = budget;
    while (this.#offset + BigInt(unit) <= size) {
      if (left <= 0) return 'paused';
      const rest = size - this.#offset;
      const wanted = rest < BigInt(MAX_PIECE_BYTES) ? Number(rest) - (Number(rest) % unit) : MAX_PIECE_BYTES;
      const progress = this.#piece(memory, source, destination, wanted);
      if (typeof progress === 'string') return progress;
      left -= Math.max(progress, MIN_PIECE_COST);
    }
    return 'done';
  }

  /** Takes the client's answer to {@link request}; `ok` false means that it refused. */
  settle(ok: boolean): Progress {
    const request = this.request;
    this.request = null;
    if (request === null) return 'paused';
    if (!ok) {
      this.faultAddress = request.address;
      return 'fault';
    }
    if (request.access === 'read') this.#readBytes = request.bytes;
    else if (this.#next !== null) this.#advance(this.#next);
    return 'paused';
  }

  /** One piece of at most `wanted` bytes. Returns the bytes it covered, or why it stopped. */
  #piece(
    memory: Memory,
    source: bigint | null,
    destination: bigint | null,
    wanted: number,
  ): number | Progress {
    let length = wanted;
    let from: Span | null = null;
    let to: Span | null = null;
    if (source !== null) {
      from = memory.resolve(source + this.#offset, length, 'read');
      if (from.kind === 'fault') return this.#fault(source);
      length = from.length;
    }
    if (destination !== null) {
      to = memory.resolve(destination + this.#offset, length, 'write');
      if (to.kind === 'fault') return this.#fault(destination);
      length = to.length;
    }
    const remote = from?.kind === 'remote' || to?.kind === 'remote';
    if (remote && this.command.sparse) length = this.command.unit;

    let input: Uint8Array = NO_BYTES;
    if (this.#readBytes !== null && this.#readBytes.length <= length) {
      input = this.#readBytes;
      length = input.length;
    } else if (from?.kind === 'local') {
      input = from.bytes.subarray(0, length);
    } else if (from?.kind === 'remote' && source !== null) {
      return this.#ask('read', source + this.#offset, new Uint8Array(length));
    }
    if (to?.kind === 'remote' && destination !== null) {
      const output = new Uint8Array(length);
      this.#next = this.command.process(input, output, this.#offset);
      return this.#ask('write', destination + this.#offset, output);
    }
    const output = to?.kind === 'local' ? to.bytes.subarray(0, length) : NO_BYTES;
    this.#advance(this.command.process(input, output, this.#offset));
    return length;
  }

  #advance(by: bigint): void {
    this.#offset += by;
    this.#readBytes = null;
    this.#next = null;
  }

  #fault(base: bigint): Progress {
    this.faultAddress = BigInt.asUintN(64, base + this.#offset);
    return 'fault';
  }

  #ask(access: 'read' | 'write', address: bigint, bytes: Uint8Array): Progress {
    this.request = { access, address, bytes };
    return 'remote';
  }
}
