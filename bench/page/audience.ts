import { connect, type Socket } from 'node:net';
import { setPriority } from 'node:os';
import { EVENTS_PATH, SUBPROTOCOL } from '@coordinator/page/protocol';
import { Unpackr } from 'msgpackr';
import { WebSocket } from 'ws';

const unpackr = new Unpackr({ useRecords: false });

/** What the process of the clients is told. */
export interface AudienceCall {
  /** Of the page; null when the run is over. */
  readonly url: string | null;
}

/** What it says when the run is over. */
export interface AudienceAnswer {
  /** How many were not told of the run. */
  readonly untold: number;
}

/** Of nice(2): the run takes the processors from whoever has this. */
const LEAST_PRIORITY = 19;

/**
 * The process of so many clients. They stand for other machines, whose processors the run does not need: they have what it leaves.
 */
export function serveAudience(clients: number): void {
  setPriority(LEAST_PRIORITY);
  let audience: Audience | null = null;
  process.on('message', ({ url }: AudienceCall) => {
    if (url !== null) audience = new Audience(new URL(EVENTS_PATH, url), clients);
    else {
      process.send?.({ untold: audience?.untold ?? clients } satisfies AudienceAnswer);
      process.disconnect();
    }
  });
  process.send?.({ ready: true });
}

/** How often those that do not read look at what came. */
const LET_GO_MS = 1000;

/**
 * Clients of a page. To read what they are told is other machines' work, and here it would be taken from the run's: one of them
 * reads, and the others do as it does and let go of what comes, once a second.
 */
class Audience {
  readonly #others: Socket[];
  readonly #letGo: NodeJS.Timeout;
  #isWatching = false;

  constructor(url: URL, clients: number) {
    this.#others = Array.from({ length: clients - 1 }, () => upgraded(url));
    this.#letGo = setInterval(() => {
      for (const socket of this.#others) socket.resume();
      setImmediate(() => {
        for (const socket of this.#others) socket.pause();
      });
    }, LET_GO_MS);
    const reader = new WebSocket(url.href.replace('http', 'ws'), SUBPROTOCOL);
    reader.on('error', () => {});
    // The server says to all of them that it goes.
    reader.on('close', () => {
      clearInterval(this.#letGo);
      for (const socket of this.#others) socket.resume().end();
    });
    reader.on('message', (data: Buffer) => {
      if (this.#isWatching) return;
      const { type, live } = unpackr.unpack(data) as { type: string; live?: string | null };
      if (type !== 'hello' || !live) return;
      // As the page does: it asks for the run when it hears that there is one.
      this.#isWatching = true;
      const request = JSON.stringify({ type: 'watch', run: live });
      reader.send(request);
      for (const socket of this.#others) socket.write(frameOf(request));
    });
  }

  get untold(): number {
    const { length } = this.#others.filter(({ bytesRead }) => bytesRead <= LEAST_BYTES);
    return this.#isWatching ? length : length + 1;
  }
}

/** Far more than an answer to the handshake and a hello, and less than the events of a run. */
const LEAST_BYTES = 4096;

/** A WebSocket after RFC 6455, without looking at what comes by it. */
function upgraded({ hostname, port, host, pathname }: URL): Socket {
  const socket = connect(Number(port), hostname);
  const headers = {
    Host: host,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': Buffer.alloc(16).toString('base64'),
    'Sec-WebSocket-Protocol': SUBPROTOCOL,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.write(`GET ${pathname} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  return socket.on('error', () => {}).resume();
}

/** One text frame of less than 126 bytes, masked with zeros. */
function frameOf(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
}
