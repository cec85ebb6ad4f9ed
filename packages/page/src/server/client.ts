import { messageOf } from '@coordinator/base/errors';
import { WebSocket } from 'ws';
import { type Frame, type Request, requestSchema } from '../protocol/index.ts';
import { encodeFrame } from './encode.ts';
import { RequestRate } from './request-rate.ts';
import type { RunSource } from './run-source.ts';
import { RunView } from './run-view.ts';

/** More than this waits for no client; with the one message above it, far below 8 MiB. */
const MAX_WAITING_BYTES = 2 ** 20;

/** As RFC 6455, 7.4.1, has them. */
const CLOSE = { unsupported: 1003, policy: 1008 } as const;

/** What a problem is said to be about, by the request that met it. */
const ABOUT = {
  runs: 'runs',
  watch: 'watch',
  unwatch: 'watch',
  compare: 'compare',
  flakes: 'flakes',
  console: 'console',
  'close-console': 'console',
} as const;

/** One who listens. It is told as much as it takes: what is behind waits in the run's history, not in its queue. */
export class Client {
  /** Resolves when nobody is there any more. */
  readonly gone: Promise<void>;
  readonly #socket: WebSocket;
  readonly #source: RunSource;
  readonly #rate = new RequestRate();
  #view: RunView | null = null;
  #answered = Promise.resolve();
  #isAlive = true;
  #onTold = (): void => {};

  constructor(socket: WebSocket, source: RunSource, coordinator: string) {
    this.#socket = socket;
    this.#source = source;
    socket.on('message', (data, isBinary) => this.#onMessage(data, isBinary));
    socket.on('pong', () => {
      this.#isAlive = true;
    });
    // What is wrong with the connection ends it.
    socket.on('error', () => socket.terminate());
    this.gone = new Promise((resolve) => {
      socket.on('close', () => {
        this.#leave();
        this.#onTold();
        resolve();
      });
    });
    this.send({ type: 'hello', version: 1, coordinator, live: source.live });
  }

  /** Tells something beside the run; left out for who reads so slowly. */
  send(frame: Frame): void {
    if (this.#hasRoom) this.#socket.send(encodeFrame(frame), this.#pump);
  }

  /** Resolves when all that there is was told and taken, or nobody is there any more. */
  told(): Promise<void> {
    return new Promise((resolve) => {
      this.#onTold = resolve;
      this.#pump();
    });
  }

  /** Whether all that there is was told and taken. */
  get #isDone(): boolean {
    return this.#socket.bufferedAmount === 0 && (this.#view?.isDone ?? true);
  }

  get waitingBytes(): number {
    return this.#socket.bufferedAmount;
  }

  /** Asks for a sign of life; who gave none since the last time is gone. */
  beat(): void {
    if (!this.#isAlive) {
      this.#socket.terminate();
      return;
    }
    this.#isAlive = false;
    this.#socket.ping();
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  end(): void {
    this.#socket.terminate();
  }

  get #hasRoom(): boolean {
    return this.#socket.readyState === WebSocket.OPEN && this.#socket.bufferedAmount < MAX_WAITING_BYTES;
  }

  readonly #pump = (): void => {
    while (this.#view && this.#hasRoom) {
      const bytes = this.#view.next();
      if (bytes === null) break;
      // Called when it has left: then there is room for more.
      this.#socket.send(bytes, this.#pump);
    }
    if (this.#isDone || this.#socket.readyState !== WebSocket.OPEN) this.#onTold();
  };

  #onMessage(data: WebSocket.RawData, isBinary: boolean): void {
    if (!this.#rate.take()) {
      this.#socket.close(CLOSE.policy, 'too many requests');
      return;
    }
    let request: Request;
    try {
      if (isBinary) throw new TypeError('not text');
      request = requestSchema.parse(JSON.parse(String(data)));
    } catch {
      this.#socket.close(CLOSE.unsupported, 'not a request');
      return;
    }
    // In turn: a console is one of the run that was asked for before.
    this.#answered = this.#answered
      .then(() => this.#answer(request))
      .catch((error: unknown) => {
        const { type } = request;
        this.send({ type: 'problem', about: ABOUT[type], text: messageOf(error) });
      });
  }

  async #answer(request: Request): Promise<void> {
    switch (request.type) {
      case 'runs': {
        const { before, limit } = request;
        this.send({ type: 'runs', before, ...(await this.#listRuns(before, limit)) });
        break;
      }
      case 'watch':
        await this.#watch(request.run);
        break;
      case 'compare':
        this.send(await this.#source.compare(request.before, request.after));
        break;
      case 'flakes':
        this.send(await this.#source.flakes(request.last));
        break;
      case 'unwatch':
        this.#leave();
        break;
      case 'console':
        this.#view?.openConsole(request.guest);
        this.#pump();
        break;
      case 'close-console':
        this.#view?.closeConsole(request.guest);
        break;
    }
  }

  async #listRuns(before: string | null, limit: number) {
    const { runs, total, more } = await this.#source.list(before, limit);
    return { runs: [...runs], total, more };
  }

  async #watch(name: string): Promise<void> {
    this.#leave();
    const run = await this.#source.open(name);
    if (this.#socket.readyState !== WebSocket.OPEN) {
      this.#source.release(run);
      return;
    }
    this.#view = new RunView(run, this.#pump, () => this.#source.release(run));
    this.#pump();
  }

  #leave(): void {
    this.#view?.close();
    this.#view = null;
  }
}
