import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { CoordinatorError, hasCode, messageOf, usageError } from '@coordinator/base/errors';
import { within } from '@coordinator/base/within';
import { WebSocketServer } from 'ws';
import { EVENTS_PATH, MAX_REQUEST_BYTES, SUBPROTOCOL } from '../protocol/index.ts';
import { Assets } from './assets.ts';
import { Client } from './client.ts';
import { Guard, type Refusal } from './guard.ts';
import { isLoopback, type ListenAddress, shownHost } from './listen-address.ts';
import type { RunSource } from './run-source.ts';

export const MAX_CLIENTS = 100;
const MAX_CONNECTIONS = 256;
/** Clients that answer no ping within this are gone. */
const BEAT_MS = 30_000;
const REQUEST_MS = 10_000;
const MAX_HEADER_BYTES = 8 * 1024;
const MIN_TOKEN_CHARACTERS = 16;
/** As RFC 6455, 7.4.1, has it: the server goes away. */
const GOING_AWAY = 1001;
const PARTING_MS = 500;

export interface PageServerOptions {
  readonly address: ListenAddress;
  /** Folder of the built page. */
  readonly assets: string;
  readonly source: RunSource;
  /** Version of the coordinator. */
  readonly coordinator: string;
  /** What clients have to know; drawn, where others than this machine can connect, if it is not given. */
  readonly token?: string | undefined;
}

/** Serves the page and its events. Nothing that anybody sends changes anything. */
export class PageServer {
  /** Where the page is, with the token, if there is one, where browsers keep it to themselves. */
  readonly url: string;
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_REQUEST_BYTES,
    // It would take memory for every client, and time of the run.
    perMessageDeflate: false,
    handleProtocols: () => SUBPROTOCOL,
  });
  readonly #clients = new Set<Client>();
  readonly #options: PageServerOptions;
  readonly #beat: NodeJS.Timeout;
  #notice: string | null = null;

  private constructor(server: Server, url: string, guard: Guard, options: PageServerOptions) {
    this.#server = server;
    this.url = url;
    this.#options = options;
    server.on('upgrade', (request, socket, head) => this.#upgrade(guard, request, socket, head));
    this.#beat = setInterval(() => {
      for (const client of this.#clients) client.beat();
    }, BEAT_MS).unref();
  }

  /** @throws CoordinatorError when it cannot listen there, or the page was not built. */
  static async open(options: PageServerOptions): Promise<PageServer> {
    const { host, port } = options.address;
    const token = chooseToken(host, options.token);
    const guard = new Guard(host, token);
    const assets = await Assets.load(options.assets);
    const server = createServer(
      { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: REQUEST_MS, requestTimeout: REQUEST_MS },
      (request, response) => assets.answer(guard, request, response),
    );
    server.maxConnections = MAX_CONNECTIONS;
    server.on('clientError', (_, socket) => socket.destroy());
    server.listen(port, host);
    try {
      await once(server, 'listening');
    } catch (error) {
      throw cannotListen(options.address, error);
    }
    const { port: actual } = server.address() as AddressInfo;
    const fragment = token === null ? '' : `#token=${token}`;
    return new PageServer(server, `http://${shownHost(host)}:${actual}/${fragment}`, guard, options);
  }

  get clients(): ReadonlySet<Client> {
    return this.#clients;
  }

  /** Tells all who listen, and those who come before the run begins. */
  note(text: string): void {
    this.#notice = text;
    for (const client of this.#clients) client.send({ type: 'notice', text });
  }

  /** Tells all who listen that the run has begun. */
  greet(): void {
    this.#notice = null;
    const { coordinator, source } = this.#options;
    for (const client of this.#clients)
      client.send({ type: 'hello', version: 1, coordinator, live: source.live });
  }

  /**
   * Ends it.
   * @param graceMs for how long clients are waited for that have not been told all yet
   */
  async close(graceMs = 0): Promise<void> {
    clearInterval(this.#beat);
    this.#server.close();
    const clients = [...this.#clients];
    await within(graceMs, Promise.all(clients.map((client) => client.told())));
    for (const client of this.#clients) client.close(GOING_AWAY, 'the coordinator ends');
    await within(Math.min(graceMs, PARTING_MS), Promise.all(clients.map(({ gone }) => gone)));
    for (const client of this.#clients) client.end();
    this.#server.closeAllConnections();
    this.#options.source.close();
  }

  #upgrade(guard: Guard, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const refusal = guard.checkHost(request.headers) ?? guard.checkSocket(request.headers);
    if (refusal) {
      refuse(socket, refusal);
      return;
    }
    if (request.url?.split('?')[0] !== EVENTS_PATH) {
      refuse(socket, { status: 404, reason: 'there is no such thing' });
      return;
    }
    if (this.#clients.size >= MAX_CLIENTS) {
      refuse(socket, { status: 503, reason: `${MAX_CLIENTS} clients listen already` });
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const { source, coordinator } = this.#options;
      const client = new Client(webSocket, source, coordinator);
      this.#clients.add(client);
      webSocket.on('close', () => this.#clients.delete(client));
      if (this.#notice !== null) client.send({ type: 'notice', text: this.#notice });
    });
  }
}

/** @throws CoordinatorError (usage) for one that can be guessed. */
function chooseToken(host: string, given: string | undefined): string | null {
  if (given === undefined || given === '')
    return isLoopback(host) ? null : randomBytes(24).toString('base64url');
  if (given.length < MIN_TOKEN_CHARACTERS || !/^[\w.~-]+$/.test(given))
    throw usageError(
      `the token in $COORDINATOR_TOKEN is not one: ${MIN_TOKEN_CHARACTERS} characters or more, of A-Z a-z 0-9 . _ ~ -`,
      'leave it unset: one is drawn where one is needed',
    );
  return given;
}

function cannotListen({ host, port }: ListenAddress, cause: unknown): CoordinatorError {
  const place = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const [why, remedy] = hasCode(cause, 'EADDRINUSE')
    ? ['something else listens there', 'choose another port, or 0 for one that is free']
    : hasCode(cause, 'EACCES')
      ? ['this user may not', 'choose a port above 1023']
      : hasCode(cause, 'EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN')
        ? ['it is no address of this machine', 'choose one that is, or leave the host out']
        : [messageOf(cause), 'choose another address'];
  return new CoordinatorError(`the page cannot be served at ${place}: ${why}`, { remedy, cause });
}

function refuse(socket: Duplex, { status, reason }: Refusal | { status: 404 | 503; reason: string }): void {
  const text = `${reason}\n`;
  const head = [
    `HTTP/1.1 ${status} Refused`,
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${text.length}`,
    'Connection: close',
  ];
  // Who is refused holds no connection either.
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`, () => socket.destroy());
}
