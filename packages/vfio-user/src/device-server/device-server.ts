import { EventEmitter } from 'node:events';
import type { ServedStats } from '../device/stats.ts';
import { LineSplitter } from './line-splitter.ts';
import { type ServerProcess, type ServerProgram, spawnServer } from './spawn.ts';

/** A device to serve, made of `options` by the factory of the server process. */
export interface DeviceSettings<Options> {
  /** Absolute path of the UNIX socket to serve, 107 bytes at most. */
  readonly socket: string;
  /** Name in events and statistics; `NAME-N` unless given, NAME being that of the server's devices. */
  readonly id?: string;
  /** Refused if the factory refuses them. */
  readonly options?: Options;
}

export interface DeviceServerOptions<Options> extends ServerProgram {
  /** What its devices are called in ids and messages; "device" unless given. */
  readonly name?: string;
  /** A process of that program without devices, of which nothing was read yet; started now unless given. */
  readonly started?: ServerProcess | null | undefined;
  /** Devices to serve from the start: they listen when `start` resolves. */
  readonly devices?: readonly DeviceSettings<Options>[];
  /** Receives one line about each thing worth knowing, refused requests of clients above all. */
  readonly log?: (line: string) => void;
  /** Most milliseconds until it must listen; 10,000 unless given. */
  readonly timeoutMs?: number;
}

export interface ExitStatus {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

interface DeviceServerEvents {
  connected: [id: string];
  disconnected: [id: string, reason: string];
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

const STDERR_TAIL_CHARACTERS = 2000;
const STOP_MS = 2000;

/**
 * A server process and the devices it serves.
 *
 * It ends by itself, and removes its sockets, when this process ends in whatever way.
 */
export class DeviceServer<Options = unknown, Stats = unknown> extends EventEmitter<DeviceServerEvents> {
  readonly exited: Promise<ExitStatus>;
  readonly #child: ServerProcess;
  readonly #name: string;
  readonly #log: (line: string) => void;
  /** Requests without an answer, and the devices of the start that do not listen yet. */
  readonly #pending = new Map<number, Waiting>();
  readonly #awaited = new Map<string, Waiting>();
  readonly #listening: Promise<unknown>;
  #nextRequest = 1;
  #nextDevice: number;
  #stderr = '';
  #ended = false;

  /**
   * Starts the process; resolves when every given device listens.
   * @throws Error with the process's last words if it ends or takes too long before that
   */
  static async start<Options = unknown, Stats = unknown>(
    options: DeviceServerOptions<Options>,
  ): Promise<DeviceServer<Options, Stats>> {
    const server = new DeviceServer<Options, Stats>(options);
    const timeoutMs = options.timeoutMs ?? 10_000;
    const timeout = setTimeout(() => {
      server.#fail(
        new Error(`the ${server.#name} server did not listen within ${timeoutMs} ms${server.#lastWords()}`),
      );
      server.#child.kill('SIGKILL');
    }, timeoutMs);
    try {
      // An answer to a request proves that it serves, also without any device.
      await Promise.all([server.#listening, server.stats()]);
      return server;
    } catch (error) {
      server.#child.kill('SIGKILL');
      throw error;
    } finally {
      clearTimeout(timeout);
    }
  }

  private constructor(options: DeviceServerOptions<Options>) {
    super();
    this.#name = options.name ?? 'device';
    const devices = (options.devices ?? []).map((device, index) => this.#named(device, index + 1));
    this.#log = options.log ?? (() => {});
    this.#nextDevice = devices.length + 1;
    this.#listening = Promise.all(
      devices.map(({ id }) => new Promise((resolve, reject) => this.#awaited.set(id, { resolve, reject }))),
    );
    if (options.started && devices.length > 0)
      throw new Error('a process that was started before serves no devices yet');
    this.#child = options.started ?? spawnServer(options, devices);
    this.exited = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        this.#fail(
          new Error(`the ${this.#name} server could not be started: ${error.message}`, { cause: error }),
        );
        resolve({ code: null, signal: null });
      });
      this.#child.once('close', (code, signal) => {
        this.#fail(
          new Error(`the ${this.#name} server ended (${describeExit({ code, signal })})${this.#lastWords()}`),
        );
        resolve({ code, signal });
      });
    });
    const lines = new LineSplitter((line) => this.#line(line));
    this.#child.stdout.on('data', (chunk: Buffer) => lines.push(chunk));
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_TAIL_CHARACTERS);
    });
    // Writing to a process that has just ended; `exited` tells.
    this.#child.stdin.on('error', () => {});
  }

  /** Process id; undefined if the process could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Serves one more device; resolves with its id when it listens. */
  async addDevice(settings: DeviceSettings<Options>): Promise<string> {
    const device = this.#named(settings, this.#nextDevice++);
    await this.#request({ op: 'add', device });
    return device.id;
  }

  /** Ends the device's connection, if any, and removes its socket. */
  async removeDevice(id: string): Promise<void> {
    await this.#request({ op: 'remove', id });
  }

  /** Closes the connection of a device's client as if the device had died; it goes on listening. */
  async dropConnection(id: string): Promise<void> {
    await this.#request({ op: 'drop', id });
  }

  /** Counters of every device, by id. */
  async stats(): Promise<Record<string, ServedStats & Stats>> {
    return (await this.#request({ op: 'stats' })) as Record<string, ServedStats & Stats>;
  }

  /** Ends the process: gently, then by force. Resolves when it is gone. */
  async stop(): Promise<ExitStatus> {
    this.#child.stdin.end();
    const timeout = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS);
    const status = await this.exited;
    clearTimeout(timeout);
    return status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #request(request: object): Promise<unknown> {
    if (this.#ended) return Promise.reject(new Error(`the ${this.#name} server has ended`));
    const number = this.#nextRequest++;
    const answer = new Promise((resolve, reject) => {
      this.#pending.set(number, { resolve, reject });
      this.#child.stdin.write(`${JSON.stringify({ request: number, ...request })}\n`);
    });
    answer.catch(() => {}); // some have nobody who waits any more
    return answer;
  }

  #line(line: string): void {
    let value: Record<string, unknown>;
    try {
      value = JSON.parse(line);
    } catch {
      this.#log(`${this.#name} server: not JSON: ${line.slice(0, 200)}`);
      return;
    }
    if (typeof value['reply'] === 'number') {
      const pending = this.#pending.get(value['reply']);
      this.#pending.delete(value['reply']);
      if (typeof value['error'] === 'string')
        pending?.reject(new Error(`${this.#name} server: ${value['error']}`));
      else pending?.resolve(value['result']);
      return;
    }
    const id = typeof value['id'] === 'string' ? value['id'] : '';
    switch (value['event']) {
      case 'listening':
        this.#awaited.get(id)?.resolve(null);
        return;
      case 'connected':
        this.#log(`${id}: connected`);
        this.emit('connected', id);
        return;
      case 'disconnected': {
        const reason = String(value['reason']);
        this.#log(`${id}: disconnected: ${reason}`);
        this.emit('disconnected', id, reason);
        return;
      }
      default:
        this.#log(`${id || `${this.#name} server`}: ${String(value['message'] ?? line.slice(0, 200))}`);
    }
  }

  #fail(error: Error): void {
    this.#ended = true;
    for (const { reject } of [...this.#pending.values(), ...this.#awaited.values()]) reject(error);
    this.#pending.clear();
    this.#awaited.clear();
  }

  #named(
    settings: DeviceSettings<Options>,
    index: number,
  ): DeviceSettings<Options> & { readonly id: string } {
    return { ...settings, id: settings.id ?? `${this.#name}-${index}` };
  }

  #lastWords(): string {
    const text = this.#stderr.trim();
    return text === '' ? '' : `: ${text}`;
  }
}

function describeExit({ code, signal }: ExitStatus): string {
  return signal === null ? `exit code ${code}` : `signal ${signal}`;
}
