import { ProtocolError } from '../errno.ts';
import type { EngineFunction } from '../pci/engine-function.ts';
import type { Message } from './message-buffer.ts';
import type { Outbox } from './outbox.ts';
import { Command, dmaAccess, Flag } from './protocol.ts';

const ACCESS_BYTES = 16;

/** How long a client may take to answer, in milliseconds; then its memory counts as gone. */
const ANSWER_MS = 10_000;

/**
 * DMA_READ and DMA_WRITE towards the client, one at a time. The client may access registers before it answers,
 * and has to be answered: nothing here waits.
 */
export class RemoteDma {
  readonly #device: EngineFunction;
  readonly #outbox: Outbox;
  #id = 0;
  #awaited: { readonly id: number; readonly command: number; readonly request: unknown } | null = null;
  #late = new Set<number>();
  #deadline: number | null = null;

  constructor(device: EngineFunction, outbox: Outbox) {
    this.#device = device;
    this.#outbox = outbox;
  }

  get deadline(): number | null {
    return this.#deadline;
  }

  /** Sends the device's request, or fails it if the answer is overdue. `now` in milliseconds. */
  pump(now: number): void {
    const request = this.#device.remoteRequest;
    if (this.#awaited !== null) {
      if (request === this.#awaited.request) {
        if (this.#deadline === null || now < this.#deadline) return;
        this.#device.settleRemote(false);
      }
      // Overdue, or reset while in flight: its answer, should it come, is for nobody.
      this.#late.add(this.#awaited.id);
      this.#awaited = null;
      this.#deadline = null;
      this.pump(now);
      return;
    }
    if (request === null || !this.#outbox.hasRoom) return;
    const { access, address, bytes } = request;
    const command = access === 'read' ? Command.DMA_READ : Command.DMA_WRITE;
    const id = this.#id;
    this.#id = (id + 1) & 0xffff;
    const at = this.#outbox.append(
      id,
      command,
      Flag.COMMAND,
      0,
      ACCESS_BYTES + (access === 'write' ? bytes.length : 0),
    );
    this.#outbox.view.setBigUint64(at + dmaAccess.address.offset, BigInt.asUintN(64, address), true);
    this.#outbox.view.setBigUint64(at + dmaAccess.count.offset, BigInt(bytes.length), true);
    if (access === 'write') this.#outbox.bytes.set(bytes, at + ACCESS_BYTES);
    this.#awaited = { id, command, request };
    this.#deadline = now + ANSWER_MS;
    this.#device.stats.remoteTransfers++;
  }

  /** @throws ProtocolError if the reply answers nothing that was asked, or not as it must */
  settle(message: Message, bytes: Uint8Array, view: DataView): void {
    const awaited = this.#awaited;
    if (awaited === null || message.id !== awaited.id || message.command !== awaited.command) {
      if (this.#late.delete(message.id)) return;
      throw new ProtocolError(`reply ${message.id} to command ${message.command}, which was not sent`);
    }
    const request = this.#device.remoteRequest;
    this.#awaited = null;
    this.#deadline = null;
    if (request === null || request !== awaited.request) return; // reset while in flight
    const refused = (message.flags & Flag.ERROR) !== 0;
    if (!refused && request.access === 'read') {
      const count = request.bytes.length;
      if (
        message.payloadBytes !== ACCESS_BYTES + count ||
        view.getBigUint64(message.payload + dmaAccess.count.offset, true) !== BigInt(count)
      )
        throw new ProtocolError(`DMA_READ reply of ${message.payloadBytes} bytes for ${count}`);
      const data = message.payload + ACCESS_BYTES;
      request.bytes.set(bytes.subarray(data, data + count));
    }
    this.#device.settleRemote(!refused);
  }
}
