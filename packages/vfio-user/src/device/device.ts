import type { DmaTable } from '../dma/dma-table.ts';
import type { Memory } from '../dma/memory.ts';
import type { RequestSource } from '../dma/remote-request.ts';
import type { Transferred } from '../dma/transfers.ts';
import type { FunctionModel } from '../pci/model.ts';
import type { InterruptLines, MsiOutcome } from '../pci/msix.ts';
import type { Later } from './later.ts';

/**
 * A device: what is behind the BARs of a PCI function. It knows offsets and bytes; configuration space, MSI-X,
 * access checks and everything about the client are the library's.
 */
export interface Device {
  readonly model: FunctionModel;

  /**
   * Fills `count` bytes (1, 2, 4 or 8, naturally aligned, within the BAR) from `offset` of `bar` into
   * `target[at]`. What it leaves out reads as zeros.
   */
  read(bar: number, offset: number, count: number, target: Uint8Array, at: number): void;

  /**
   * Takes `count` bytes (as for {@link read}) of `data[at]`. Returns soon: lasting work is for {@link step}, or for
   * transfers of the port.
   */
  write(bar: number, offset: number, count: number, data: Uint8Array, at: number): void;

  /**
   * As after power-on: work that was started is forgotten. The library does the same for configuration space,
   * MSI-X, transfers and everything put off; what is mapped and connected stays the client's.
   */
  reset(): void;

  /** Whether {@link step} has something to do; never, unless given. */
  readonly runnable?: boolean;

  /** Does a slice of work, some 256 KiB of memory at most, so that messages and other devices get their turn. */
  step?(): void;

  /** What it wants of its client, if it reaches memory by itself rather than by transfers of the port. */
  readonly requests?: RequestSource;

  /** Counters of its own, beside those of {@link FunctionStats}; they survive resets. */
  readonly stats?: object;

  /** Where it departs from what PCI asks of a function, on purpose. */
  readonly departures?: Departures;
}

/** What a device reaches the outside by. */
export interface DevicePort {
  readonly dma: DmaPort;
  /** Whether software lets it use memory and send interrupts. */
  readonly busMaster: boolean;
  /** Sends the MSI-X message of `vector`; `aborted` also while it is not bus master. */
  signal(vector: number): MsiOutcome;
  /** What it puts off. Forgotten at a reset. */
  readonly later: Later;
}

/**
 * Memory as the device may use it: not at all unless it is bus master, and only as it is mapped.
 *
 * `read` and `write` move bytes wherever they are and call back, never before they return; any number may be on
 * their way. A reset forgets them without a call. `resolve` is for devices that work on memory in place.
 */
export interface DmaPort extends Memory {
  read(address: bigint, length: number, done: (transferred: Transferred) => void): void;
  write(address: bigint, bytes: Uint8Array, done: (transferred: Transferred) => void): void;
}

/** Makes a device that uses `port`, though not before it has been made. */
export type MakeDevice<D extends Device = Device> = (port: DevicePort) => D;

/**
 * Makes a device of the options it was asked for with, which may be anything that JSON can say.
 * @throws Error saying what is wrong with them
 */
export type DeviceFactory = (options: unknown, port: DevicePort) => Device;

/** For devices that are broken on purpose, to see whether anybody notices. */
export interface Departures {
  /** What it takes as mapped, in place of what is. */
  readonly dma?: DmaTable;
  /** Where its interrupts go, in place of `lines`. */
  lines?(lines: InterruptLines): InterruptLines;
  /** It uses memory and sends interrupts whether software lets it or not. */
  readonly alwaysBusMaster?: boolean;
}
