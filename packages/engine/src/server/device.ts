import { Later } from '../defects/later.ts';
import { makeEngine } from '../defects/make-engine.ts';
import type { DmaTable } from '../dma/dma-table.ts';
import { MemoryFiles } from '../dma/memory-files.ts';
import type { EngineFunction } from '../pci/engine-function.ts';
import type { EngineStats } from '../pci/stats.ts';
import { closeFd } from '../syscalls.ts';
import { Connection } from './connection.ts';
import type { DeviceOptions } from './control-protocol.ts';
import { EventfdLines } from './eventfd-lines.ts';
import { Listener } from './listener.ts';

/** What a served device tells about itself. */
export interface DeviceEvents {
  connected(): void;
  /** `reason`: why, as one sentence part; "client closed" is the ordinary one. */
  disconnected(reason: string): void;
  warning(message: string): void;
}

export interface DeviceStats extends EngineStats {
  connected: boolean;
  /** Windows of DMA_MAP now. */
  dmaMaps: number;
  /** Messages that were refused with an error reply. */
  refused: number;
}

/** Short commands end in one slice: several of them before the next look at the sockets. */
const SLICES_PER_TURN = 8;

/** One engine, its socket, and the client that has it, if any. One client at a time. */
export class Device {
  readonly id: string;
  readonly listener: Listener;
  readonly #function: EngineFunction;
  readonly #dma: DmaTable;
  readonly #lines: EventfdLines;
  readonly #memory = new MemoryFiles();
  readonly #later = new Later();
  readonly #events: DeviceEvents;
  #connection: Connection | null = null;
  #refused = 0;

  constructor(options: DeviceOptions, events: DeviceEvents) {
    this.id = options.id;
    this.#events = events;
    this.#lines = new EventfdLines(options.vectors);
    const parts = { vectors: options.vectors, lines: this.#lines, later: this.#later };
    const { device, dma } = makeEngine(parts, options.defect);
    this.#function = device;
    this.#dma = dma;
    this.listener = new Listener(options.socket);
  }

  get connection(): Connection | null {
    return this.#connection;
  }

  get stats(): DeviceStats {
    return {
      ...this.#function.stats,
      connected: this.#connection !== null,
      dmaMaps: this.#dma.size,
      refused: this.#refused,
    };
  }

  /** Whether a command waits for {@link run}. None runs before the reply to the write that launched it. */
  get runnable(): boolean {
    return this.#connection !== null && !this.#connection.blocked && this.#function.runnable;
  }

  /** When {@link run} must be called although nothing happened, in milliseconds, or null. */
  get deadline(): number | null {
    return earlier(this.#connection?.deadline ?? null, this.#later.deadline);
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
        dma: this.#dma,
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
      else if (!connection.receive()) this.disconnect('client closed');
    });
  }

  /** Does what is due, runs launched commands for a slice and sends the client what they need. */
  run(now: number): void {
    this.#guard((connection) => {
      this.#later.run(now);
      for (let slices = 0; slices < SLICES_PER_TURN && this.runnable; slices++) this.#function.runSlice();
      connection.pump(now);
    });
  }

  /** Ends the connection; the device is as after power-on, ready for the next client. */
  disconnect(reason: string): void {
    if (this.#connection === null) return;
    this.#connection.close();
    this.#connection = null;
    this.#function.reset();
    this.#lines.disconnectAll();
    this.#dma.clear();
    this.#events.disconnected(reason);
  }

  close(reason: string): void {
    this.disconnect(reason);
    this.listener.close();
  }

  /** Whatever one client's input leads to ends that connection only. */
  #guard(action: (connection: Connection) => void): void {
    if (this.#connection === null) return;
    try {
      action(this.#connection);
    } catch (error) {
      this.disconnect(error instanceof Error ? error.message : String(error));
    }
  }
}

function earlier(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}
