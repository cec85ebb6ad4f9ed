import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { EVENTS_PATH, SUBPROTOCOL } from '@coordinator/page/protocol';
import { Unpackr } from 'msgpackr';
import { WebSocket } from 'ws';

export interface WatchedRun {
  /** Wall time. */
  readonly ms: number;
  /** Processor time of the coordinator itself, without guests and device servers. */
  readonly cpuMs: number;
}

/** Of /proc/PID/stat; user space sees hundredths of a second, time(7). */
const MS_PER_TICK = 10;
const LOOK_MS = 50;
const unpackr = new Unpackr({ useRecords: false });

/** A run to its end, with so many who look at it from its start. @throws Error when one of them was not told of it */
export async function runWatched(
  [file, ...args]: readonly [string, ...string[]],
  clients: number,
): Promise<WatchedRun> {
  const started = performance.now();
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let told = '';
  let audience: Audience | null = null;
  let cpuMs = 0;
  const look = setInterval(() => {
    cpuMs = Math.max(cpuMs, processorTime(child.pid));
  }, LOOK_MS);
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    told += text;
    const url = /live page: (http:\S+)/.exec(told)?.[1];
    if (url !== undefined && clients > 0) audience ??= new Audience(new URL(EVENTS_PATH, url), clients);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  clearInterval(look);
  if (code !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${code}: ${told}`);
  const ms = performance.now() - started;
  (audience as Audience | null)?.check();
  return { ms, cpuMs };
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

  check(): void {
    const told = this.#others.filter(({ bytesRead }) => bytesRead > LEAST_BYTES).length;
    if (!this.#isWatching || told < this.#others.length)
      throw new Error(
        `${this.#others.length - told} of ${this.#others.length} clients were not told of the run`,
      );
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

function processorTime(pid: number | undefined): number {
  try {
    // Behind the program's name, which may hold anything, fields 3 and on: utime is the 14th, stime the 15th.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /, '')
      .split(' ');
    const [user, system] = fields.slice(14 - 3);
    return (Number(user) + Number(system)) * MS_PER_TICK;
  } catch {
    return 0;
  }
}
