import type { MakeDevice } from '../device/device.ts';
import { PciFunction } from '../device/pci-function.ts';
import type { ServedStats } from '../device/stats.ts';
import { MemoryFiles } from '../dma/memory-files.ts';
import { closeFd } from '../syscalls/index.ts';
import { Connection } from './connection.ts';
import { EventfdLines } from './eventfd-lines.ts';
import { Listener } from './listener.ts';

/** What a served device tells about itself. */
export interface DeviceEvents {
  connected(): void;
  /** `reason`: why, as one sentence part; "client closed" is the ordinary one. */
  disconnected(reason: string): void;
  warning(message: string): void;
}

/** Short pieces of work end in one slice: several of them before the next look at the sockets. */
const SLICES_PER_TURN = 8;

/** Where a device is served. */
export interface Place {
  /** Name in events and statistics; unique in one server. */
  readonly id: string;
  /** Absolute path of the UNIX socket, 107 bytes at most. */
  readonly socket: string;
}

/** One function, its socket, and the client that has it, if any. One client at a time. */
export class ServedDevice {
  readonly id: string;
  readonly listener: Listener;
  readonly #function: PciFunction;
  readonly #lines = new EventfdLines();
  readonly #memory = new MemoryFiles();
  readonly #events: DeviceEvents;
  #connection: Connection | null = null;
  #refused = 0;

  constructor({ id, socket }: Place, make: MakeDevice, events: DeviceEvents) {
    this.id = id;
    this.#events = events;
    this.#function = new PciFunction(make, { lines: this.#lines });
    this.listener = new Listener(socket);
  }

  get connection(): Connection | null {
    return this.#connection;
  }

  get stats(): ServedStats {
    return {
      ...this.#function.stats,
      connected: this.#connection !== null,
      dmaMaps: this.#function.dma.size,
      refused: this.#refused,
    };
  }

  /** Whether work waits for {@link run}. None is done before the reply to the write that started it. */
  get runnable(): boolean {
    if (this.#connection === null || this.#connection.blocked) return false;
    try {
      return this.#function.runnable;
    } catch {
      return true; // what is wrong with the device ends its connection in {@link run}
    }
  }

  /** When {@link run} must be called although nothing happened, in milliseconds, or null. */
  get deadline(): number | null {
    return earlier(this.#connection?.deadline ?? null, this.#function.later.deadline);
  }

  accept(): void {
    for (let fd = this.listener.accept(); fd !== null; fd = this.listener.accept()) {
      if (this.#connection !== null) {
        closeFd(fd);
        this.#events.warning('refused a second client: one has the device');
        continue;
      }
      this.#connection = new Connection(fd, {
        device: this.#function,
        lines: this.#lines,
        memory: this.#memory,
        onRefused: (what) => {
          this.#refused++;
          this.#events.warning(what);
        },
      });
      this.#events.connected();
    }
  }

  /** The client's socket is ready: `writable` or else to be read. */
  ready(writable: boolean): void {
    this.#guard((connection) => {
      if (writable) connection.resume();
      else connection.receive();
    });
  }

  /** Does what is due, does a few slices of the work that waits and sends the client what they need. */
  run(now: number): void {
    this.#guard((connection) => {
      this.#function.later.run(now);
      for (let slices = 0; slices < SLICES_PER_TURN; slices++) {
        if (connection.blocked || !this.#function.runnable) break;
        this.#function.runSlice();
      }
      connection.pump(now);
    });
  }

  /** Ends the connection; the device is as after power-on, ready for the next client. */
  disconnect(reason: string): void {
    if (this.#connection === null) return;
    this.#connection.close();
    this.#connection = null;
    this.#lines.disconnectAll();
    try {
      this.#function.reset();
    } catch (error) {
      this.#events.warning(`reset of the device: ${messageOf(error)}`);
    }
    this.#function.dma.clear();
    this.#events.disconnected(reason);
  }

  close(reason: string): void {
    this.disconnect(reason);
    this.listener.close();
  }

  /** Whatever one client's input leads to, also in the device, ends that connection only. */
  #guard(action: (connection: Connection) => void): void {
    if (this.#connection === null) return;
    try {
      action(this.#connection);
    } catch (error) {
      this.disconnect(messageOf(error));
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function earlier(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}
