import { Unpackr } from 'msgpackr/unpack-no-eval';
import type { Frame, SentRequest } from '../protocol/index.ts';
import { EVENTS_PATH, SUBPROTOCOL, TOKEN_SUBPROTOCOL } from '../protocol/names.ts';

export type ConnectionState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  /** `at`: when it is tried again, as performance.now() has it. */
  | { readonly kind: 'waiting'; readonly at: number }
  /** Not tried again: there is nothing more to hear. */
  | { readonly kind: 'over' };

export interface ConnectionListener {
  onState(state: ConnectionState): void;
  /** Called when it is open, each time anew. */
  onOpen(): void;
  onFrame(frame: Frame): void;
  /** Whether there can be more when the server has gone. */
  expectsMore(): boolean;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/** The way to the server, made again when it breaks, each time later. */
export class Connection {
  readonly #token: string | null;
  readonly #listener: ConnectionListener;
  readonly #unpackr = new Unpackr({ useRecords: false, int64AsType: 'number' });
  #socket: WebSocket | null = null;
  #wait = FIRST_WAIT_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(token: string | null, listener: ConnectionListener) {
    this.#token = token;
    this.#listener = listener;
    const soon = () => {
      if (this.#timer !== undefined) this.open();
    };
    addEventListener('online', soon);
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') soon();
    });
  }

  open(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#listener.onState({ kind: 'connecting' });
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const token = this.#token === null ? [] : [TOKEN_SUBPROTOCOL + this.#token];
    const socket = new WebSocket(`${scheme}://${location.host}${EVENTS_PATH}`, [SUBPROTOCOL, ...token]);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      this.#wait = FIRST_WAIT_MS;
      this.#listener.onState({ kind: 'open' });
      this.#listener.onOpen();
    };
    socket.onmessage = ({ data }) => {
      if (data instanceof ArrayBuffer)
        this.#listener.onFrame(this.#unpackr.unpack(new Uint8Array(data)) as Frame);
    };
    socket.onclose = () => this.#onClose(socket);
    this.#socket = socket;
  }

  /** Left out while there is no connection: what is wanted is asked for when there is one. */
  send(request: SentRequest): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(request));
  }

  #onClose(socket: WebSocket): void {
    if (socket !== this.#socket) return;
    this.#socket = null;
    if (!this.#listener.expectsMore()) {
      this.#listener.onState({ kind: 'over' });
      return;
    }
    // Not all pages at once, when a server comes back.
    const wait = this.#wait * (0.75 + Math.random() / 2);
    this.#wait = Math.min(LONGEST_WAIT_MS, this.#wait * 2);
    this.#listener.onState({ kind: 'waiting', at: performance.now() + wait });
    this.#timer = setTimeout(() => this.open(), wait);
  }
}
