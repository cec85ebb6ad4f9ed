import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { messageOf } from '@coordinator/base/errors';
import {
  decodeOutputCredit,
  type ExecExit,
  type ExecFrame,
  encodeCredit,
  encodeFrame,
  FrameSplitter,
  FrameType,
  type Hello,
} from './protocol.ts';

const SIGHUP = 1;
const SIGKILL = 9;
/** What a command whose caller is gone has to end by itself. */
const HANGUP_MS = 2000;

/** Frames that a client may send. */
const fromClient: ReadonlySet<number> = new Set([
  FrameType.start,
  FrameType.stdin,
  FrameType.stdinEnd,
  FrameType.signal,
  FrameType.outputCredit,
  FrameType.resize,
]);

/**
 * Connects any number of commands' callers, each with a connection of its own to a UNIX socket, to the one port of a
 * machine. A caller that goes away takes its command with it.
 */
export class ExecHub {
  readonly #place: string;
  /** What the program inside is to be told once it runs; null when it does, or nobody wants anything yet. */
  #early: Uint8Array[] | null = null;
  readonly #port: Duplex;
  readonly #clients = new Map<number, Socket>();
  readonly #isAsleep: boolean;
  readonly #onHello: (hello: Hello) => void;
  readonly #server: Server;
  #isAwake = false;
  #nextSession = 1;

  /**
   * @param place as in "the lab"
   * @param onHello called each time the program inside has started.
   * @param isAsleep the program inside is started by a line, which it gets when somebody wants something
   */
  constructor(
    place: string,
    port: Duplex,
    onHello: (hello: Hello) => void,
    onBroken: (problem: string) => void,
    isAsleep = false,
  ) {
    this.#isAsleep = isAsleep;
    this.#place = place;
    this.#port = port;
    this.#onHello = onHello;
    this.#server = createServer({ allowHalfOpen: false }, (socket) => this.#accept(socket));
    const frames = new FrameSplitter();
    port.on('data', (chunk: Buffer) => {
      try {
        for (const frame of frames.push(chunk)) this.#fromInside(frame);
      } catch (error) {
        onBroken(`what came from ${place} is no command's output: ${messageOf(error)}`);
        port.destroy();
      }
    });
    port.on('error', () => {});
  }

  /** Only this user may connect: the folder of the socket must be theirs alone. */
  listen(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(path, resolve);
    });
  }

  /** How many commands are running. */
  get running(): number {
    return this.#clients.size;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#clients.values()) socket.destroy();
    this.#port.destroy();
  }

  #accept(socket: Socket): void {
    const session = this.#nextSession++;
    const frames = new FrameSplitter();
    let started = false;
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const { type, payload } of frames.push(chunk)) {
          if (!fromClient.has(type)) throw new RangeError(`a caller must not send type ${type}`);
          if (type === FrameType.start) {
            if (started) throw new RangeError('a second command');
            started = true;
            this.#clients.set(session, socket);
          } else if (!this.#clients.has(session)) continue;
          this.#toInside(type, session, payload);
        }
      } catch {
        socket.destroy();
      }
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      if (this.#clients.get(session) === socket) this.#hangUp(session);
    });
  }

  #fromInside(frame: ExecFrame): void {
    const { type, session, payload } = frame;
    if (type === FrameType.hello) {
      const early = this.#early;
      this.#early = null;
      this.#isAwake = true;
      if (early) for (const one of early) this.#port.write(one);
      else this.#endAll(`the program that runs commands in ${this.#place} was started anew`);
      this.#onHello(JSON.parse(new TextDecoder().decode(payload)) as Hello);
      return;
    }
    const client = this.#clients.get(session);
    if (!client) return;
    if (client.destroyed) {
      // Nobody reads it, but the command must not hang on it.
      if (type === FrameType.stdout) this.#giveCredit(session, 1, payload.length);
      if (type === FrameType.stderr) this.#giveCredit(session, 2, payload.length);
    } else {
      client.write(encodeFrame(type, 0, payload));
    }
    if (type !== FrameType.exit) return;
    this.#clients.delete(session);
    client.end();
  }

  #giveCredit(session: number, stream: 1 | 2, bytes: number): void {
    this.#toInside(FrameType.outputCredit, session, encodeCredit(bytes, stream));
  }

  #hangUp(session: number): void {
    this.#toInside(FrameType.signal, session, Uint8Array.of(SIGHUP));
    setTimeout(() => {
      if (this.#clients.has(session)) this.#toInside(FrameType.signal, session, Uint8Array.of(SIGKILL));
    }, HANGUP_MS).unref();
  }

  #endAll(problem: string): void {
    const exit: ExecExit = { code: null, signal: null, problem };
    const payload = new TextEncoder().encode(JSON.stringify(exit));
    for (const client of this.#clients.values()) client.end(encodeFrame(FrameType.exit, 0, payload));
    this.#clients.clear();
  }

  #toInside(type: FrameType, session: number, payload: Uint8Array): void {
    if (type === FrameType.outputCredit && !decodeOutputCredit(payload)) return;
    const frame = encodeFrame(type, session, payload);
    if (this.#isAsleep && !this.#isAwake) this.#wake(frame);
    else this.#port.write(frame);
  }

  #wake(frame: Uint8Array): void {
    if (this.#early) this.#early.push(frame);
    else {
      this.#early = [frame];
      this.#port.write('\n');
    }
  }
}
