import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { tryConnect } from './connect.ts';

/** An event from QEMU, such as `SHUTDOWN` with `{ guest: true, reason: "guest-shutdown" }`. */
export interface QmpEvent {
  readonly event: string;
  readonly data?: Record<string, unknown>;
}

interface QmpReply {
  readonly return?: unknown;
  readonly error?: { readonly class: string; readonly desc: string };
}

const CONNECT_POLL_MS = 10;

/** A client of the QEMU Machine Protocol, https://www.qemu.org/docs/master/interop/qmp-spec.html. */
export class QmpClient {
  readonly #socket: Socket;
  /** Commands in the order they were sent; QEMU answers in that order. */
  readonly #waiting: Array<{ resolve(value: unknown): void; reject(error: Error): void }> = [];
  /** Why there will be no more answers. */
  #failure: Error | null = null;

  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>;

  private constructor(socket: Socket, onEvent: (event: QmpEvent) => void) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#fail(new Error('QEMU closed its control socket'));
        resolve();
      });
    });
    const lines = createInterface({ input: socket });
    lines.on('line', (line) => this.#receive(line, onEvent));
    // A QEMU that is killed resets the connection. Node hands the socket's error on to the lines too.
    for (const source of [socket, lines]) source.on('error', (error: Error) => this.#fail(error));
  }

  /**
   * Connects as soon as QEMU listens on `path`, and negotiates. Rejects when `signal` aborts first.
   */
  static async connect(
    path: string,
    onEvent: (event: QmpEvent) => void,
    signal: AbortSignal,
  ): Promise<QmpClient> {
    for (;;) {
      const socket = await tryConnect(path);
      if (socket) {
        const client = new QmpClient(socket, onEvent);
        if (signal.aborted) client.close();
        signal.addEventListener('abort', () => client.close(), { once: true });
        await client.execute('qmp_capabilities');
        return client;
      }
      await sleep(CONNECT_POLL_MS, undefined, { signal });
    }
  }

  /**
   * Sends one command and gives what it returned. Rejects with QEMU's own description of what was wrong, and when QEMU
   * is gone or goes first.
   */
  execute(command: string, parameters?: Record<string, unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#failure) {
        reject(this.#failure);
        return;
      }
      this.#waiting.push({ resolve, reject });
      this.#socket.write(`${JSON.stringify({ execute: command, arguments: parameters })}\n`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(line: string, onEvent: (event: QmpEvent) => void): void {
    let message: QmpReply & Partial<QmpEvent>;
    try {
      message = JSON.parse(line);
    } catch {
      this.#socket.destroy();
      return;
    }
    if (message.event !== undefined) onEvent(message as QmpEvent);
    else if ('return' in message) this.#waiting.shift()?.resolve(message.return);
    else if (message.error) this.#waiting.shift()?.reject(new Error(`QEMU: ${message.error.desc}`));
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
