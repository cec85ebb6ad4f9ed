import { DmaTable } from '../dma/dma-table.ts';
import { FAULT } from '../dma/memory.ts';
import type { RemoteRequest, RequestSource } from '../dma/remote-request.ts';
import { Transfers } from '../dma/transfers.ts';
import { ConfigSpace } from '../pci/config-space.ts';
import { checkModel, type FunctionModel, MSIX_ENTRY_BYTES, pendingBytes } from '../pci/model.ts';
import { type InterruptLines, type MsiOutcome, Msix } from '../pci/msix.ts';
import { checkAccess, REGION_COUNT, Region, regionBytes } from '../pci/regions.ts';
import type { Device, DevicePort, DmaPort, MakeDevice } from './device.ts';
import { Later } from './later.ts';
import { type FunctionStats, makeFunctionStats } from './stats.ts';

export interface FunctionParts {
  readonly lines: InterruptLines;
  /** A clock of one's own, for tests. */
  readonly later?: Later;
}

/**
 * A PCI function with a {@link Device} behind its BARs: regions, configuration space, MSI-X, reset, and the work
 * that waits. It knows offsets and bytes; interrupt lines are given to it.
 */
export class PciFunction<D extends Device = Device> implements RequestSource {
  readonly device: D;
  readonly model: FunctionModel;
  readonly msix: Msix;
  /** What the client lets it use. */
  readonly dma: DmaTable;
  readonly later: Later;
  readonly #counters = makeFunctionStats();
  readonly #config: ConfigSpace;
  readonly #transfers: Transfers;
  readonly #regionBytes: readonly number[];
  readonly #table: Range;
  readonly #pending: Range;

  /** @throws RangeError if the device is no possible function */
  constructor(make: MakeDevice<D>, { lines, later = new Later() }: FunctionParts) {
    this.later = later;
    const port = this.#makePort();
    this.#transfers = new Transfers(port.dma);
    this.device = make(port);
    const { model, departures } = this.device;
    checkModel(model);
    this.model = model;
    this.#config = new ConfigSpace(model);
    this.dma = departures?.dma ?? new DmaTable();
    this.#regionBytes = Array.from({ length: REGION_COUNT }, (_, region) => regionBytes(model, region));
    const { msix } = model;
    this.msix = new Msix(msix?.vectors ?? 0, departures?.lines?.(lines) ?? lines);
    this.#table = rangeOf(msix?.table, this.msix.vectors * MSIX_ENTRY_BYTES);
    this.#pending = rangeOf(msix?.pending, pendingBytes(this.msix.vectors));
  }

  get busMaster(): boolean {
    return this.device.departures?.alwaysBusMaster === true || this.#config.busMaster;
  }

  /** Its counters and the device's. */
  get stats(): FunctionStats & D['stats'] {
    return { ...this.device.stats, ...this.#counters };
  }

  /** Function-level reset: registers, started work and MSI-X state go; maps and lines stay the client's. */
  reset(): void {
    this.#counters.resets++;
    this.#transfers.clear();
    this.later.clear();
    this.device.reset();
    this.#config.reset();
    this.msix.reset();
  }

  regionBytes(region: number): number {
    return this.#regionBytes[region] ?? 0;
  }

  /** @throws RequestError EINVAL if the access is out of range or misaligned. */
  readRegion(region: number, offset: bigint, count: number, target: Uint8Array, at: number): void {
    const where = checkAccess(region, this.regionBytes(region), offset, count);
    if (region === Region.CONFIG) this.#config.read(where, count, target, at);
    else if (within(this.#table, region, where))
      this.msix.readTable(where - this.#table.start, count, target, at);
    else if (within(this.#pending, region, where))
      this.msix.readPending(where - this.#pending.start, count, target, at);
    else {
      this.#counters.registerReads++;
      target.fill(0, at, at + count);
      this.device.read(region, where, count, target, at);
    }
  }

  /**
   * Work started by the write is done in {@link runSlice}, never before.
   * @throws RequestError EINVAL if the access is out of range or misaligned.
   */
  writeRegion(region: number, offset: bigint, count: number, data: Uint8Array, at: number): void {
    const where = checkAccess(region, this.regionBytes(region), offset, count);
    if (region === Region.CONFIG) this.#writeConfig(where, count, data, at);
    else if (within(this.#table, region, where))
      this.countInterrupts(this.msix.writeTable(where - this.#table.start, count, data, at));
    else if (!within(this.#pending, region, where)) {
      this.#counters.registerWrites++;
      this.device.write(region, where, count, data, at);
    }
  }

  /** Whether {@link runSlice} has something to do. */
  get runnable(): boolean {
    return this.#transfers.runnable || this.device.runnable === true;
  }

  /** Does a slice of the work that waits. */
  runSlice(): void {
    if (this.#transfers.runnable) this.#transfers.step();
    else this.device.step?.();
  }

  take(): RemoteRequest | null {
    const request = this.#transfers.take() ?? this.device.requests?.take() ?? null;
    if (request !== null) this.#counters.remoteTransfers++;
    return request;
  }

  awaits(request: RemoteRequest): boolean {
    return this.#transfers.awaits(request) || this.device.requests?.awaits(request) === true;
  }

  settle(request: RemoteRequest, ok: boolean): void {
    if (this.#transfers.awaits(request)) this.#transfers.settle(request, ok);
    else this.device.requests?.settle(request, ok);
  }

  /** `count` messages that were held have been sent. */
  countInterrupts(count: number): void {
    this.#counters.interrupts += count;
  }

  #makePort(): DevicePort {
    const dma: DmaPort = {
      resolve: (address, length, access) =>
        this.busMaster ? this.dma.resolve(address, length, access) : FAULT,
      read: (address, length, done) => this.#transfers.start('read', address, new Uint8Array(length), done),
      write: (address, bytes, done) => this.#transfers.start('write', address, bytes, done),
    };
    const isBusMaster = () => this.busMaster;
    return {
      dma,
      get busMaster() {
        return isBusMaster();
      },
      signal: (vector) => this.#signal(vector),
      later: this.later,
    };
  }

  #signal(vector: number): MsiOutcome {
    const outcome = this.busMaster ? this.msix.signal(vector) : 'aborted';
    if (outcome === 'sent') this.countInterrupts(1);
    return outcome;
  }

  #writeConfig(offset: number, count: number, data: Uint8Array, at: number): void {
    const effect = this.#config.write(offset, count, data, at);
    if (effect === 'flr') this.reset();
    else if (effect === 'msix') this.countInterrupts(this.msix.setControl(this.#config.msixControl));
  }
}

/** A piece of a BAR. */
interface Range {
  readonly bar: number;
  readonly start: number;
  readonly end: number;
}

function rangeOf(
  place: { readonly bar: number; readonly offset?: number } | undefined,
  bytes: number,
): Range {
  const start = place?.offset ?? 0;
  return { bar: place?.bar ?? -1, start, end: start + bytes };
}

function within({ bar, start, end }: Range, region: number, offset: number): boolean {
  return region === bar && offset >= start && offset < end;
}
