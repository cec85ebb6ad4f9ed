import { type Backing, type DmaTable, Later, PciFunction, type RemoteRequest } from '@coordinator/vfio-user';
import type { DefectName } from '../defects/index.ts';
import { makeEngine } from '../defects/make-engine.ts';
import {
  isLaunch,
  PAGE_BYTES,
  privilegedFrame,
  type UserField,
  userFrame,
  userFrameOffset,
} from '../frame/layout.ts';
import type { EngineFunction } from '../function/engine-function.ts';
import { launchWrites, type Transaction } from './transaction.ts';

/** Where guest memory begins on the bus. */
export const RAM = 0x4000_0000n;

/** Registers of configuration space, and what a driver writes to them: memory and bus master in the command, MSI-X. */
const ENABLE = [
  [0x04, 0x0006n],
  [0x4a, 0x8000n],
] as const;
const CONNECTED = 8;

/** An engine without client: its memory is an array, its interrupts a list, and time is only told. */
export class InMemoryEngine {
  readonly ram: Uint8Array;
  readonly dma: DmaTable;
  /** Vectors in the order their interrupts were raised. */
  readonly raised: number[] = [];
  readonly device: PciFunction<EngineFunction>;
  #now = 0;
  readonly #later = new Later(() => this.#now);

  /** `bytes` of memory, not mapped yet. The first 8 of 16 vectors are connected. */
  constructor(bytes: number, defect?: DefectName) {
    this.ram = new Uint8Array(bytes);
    const lines = {
      isConnected: (vector: number) => vector < CONNECTED,
      raise: (vector: number) => this.raised.push(vector) > 0,
    };
    const parts = defect === undefined ? { vectors: 16 } : { vectors: 16, defect };
    this.device = new PciFunction((port) => makeEngine(parts, port), { lines, later: this.#later });
    this.dma = this.device.dma;
    for (const [offset, value] of ENABLE) this.write(7, offset, 2, value);
  }

  /** Maps `size` bytes of memory from `offset` of it at bus address `address`. */
  map(address: bigint, size: number, offset: number, access = { read: true, write: true }): void {
    this.dma.map({ address, size: BigInt(size), ...access }, arrayBacking(this.ram, offset));
  }

  write(region: number, offset: number, count: number, value: bigint): void {
    const data = new Uint8Array(8);
    new DataView(data.buffer).setBigUint64(0, value, true);
    this.device.writeRegion(region, BigInt(offset), count, data, 0);
  }

  /** Describes a transaction and launches it; `run` makes it happen. */
  launch(frame: number, cmd: number, at: Transaction & { readonly substream?: number }): void {
    const privileged = userFrameOffset(frame) + PAGE_BYTES + privilegedFrame.substreamid.offset;
    this.write(0, privileged, 4, BigInt(at.substream ?? 0xffffffff));
    for (const { offset, count, value } of launchWrites(frame, cmd, at)) this.write(0, offset, count, value);
  }

  /** Runs until nothing is left to do, or only the client could help. */
  run(): void {
    for (let slices = 0; this.device.runnable; slices++) {
      if (slices > 10_000) throw new Error('does not end');
      this.device.runSlice();
    }
  }

  /** Lets time pass and runs. */
  pass(ms: number): void {
    this.#now += ms;
    this.#later.run(this.#now);
    this.run();
  }

  /** Everything the device wants of its client now. */
  takeRequests(): RemoteRequest[] {
    const requests: RemoteRequest[] = [];
    for (let next = this.device.take(); next !== null; next = this.device.take()) requests.push(next);
    return requests;
  }

  field(frame: number, field: UserField): bigint {
    const target = new Uint8Array(8);
    const { offset, bytes } = userFrame[field];
    this.device.readRegion(0, BigInt(userFrameOffset(frame) + offset), bytes, target, 0);
    return new DataView(target.buffer).getBigUint64(0, true);
  }

  cmd(frame: number): number {
    return Number(this.field(frame, 'cmd'));
  }

  isBusy(frame: number): boolean {
    return isLaunch(this.cmd(frame));
  }
}

/** As a memory file: what lies behind the window can be had too. */
function arrayBacking(ram: Uint8Array, base: number): Backing {
  return {
    view: (offset, length) => ram.subarray(base + offset, base + offset + length),
    release: () => {},
  };
}
