import {
  type Device,
  type DevicePort,
  FAULT,
  type FunctionModel,
  type Memory,
  type RequestSource,
} from '@coordinator/vfio-user';
import type { Command } from '../commands/command.ts';
import { decodeCommand } from '../commands/decode.ts';
import { type FrameResult, Frames, NOTHING_LAUNCHED } from '../frame/frames.ts';
import { Cmd, NO_SUBSTREAM, UCTRL_MSI_ABORTED } from '../frame/layout.ts';
import { Chains } from './chains.ts';
import { type Ended, LaunchQueue, type Writer } from './launch-queue.ts';
import { FRAMES_BAR } from './model.ts';
import { makeStats } from './stats.ts';

/** How a launched command ended: what its frame shows from then on. */
export interface Outcome {
  readonly frame: number;
  readonly result: FrameResult;
  /** For `udata[1]`; null leaves it as it is. */
  readonly value: bigint | null;
  /** For `udata[2]`; null leaves it as it is. */
  readonly faultAddress: bigint | null;
  /** Whether an MSI follows, if the frame has them enabled. */
  readonly interrupt: boolean;
}

/** A PASID without the capability: no request of that kind is ever carried out. */
const NOWHERE: Memory = { resolve: () => FAULT };

/** Bytes a command may handle before other devices and messages get their turn. */
const SLICE_BYTES = 1 << 18;

/** The engine: frames behind BAR0, and the queue of launched commands. */
export class EngineFunction implements Device {
  readonly model: FunctionModel;
  readonly stats = makeStats();
  readonly requests: RequestSource = {
    take: () => this.#queue.take(),
    awaits: (request) => this.#queue.awaits(request),
    settle: (request, ok) => this.#end(this.#queue.settle(request, ok)),
  };
  protected readonly port: DevicePort;
  protected readonly frames = new Frames();
  readonly #queue = new LaunchQueue();
  readonly #chains = new Chains();

  constructor(model: FunctionModel, port: DevicePort) {
    this.model = model;
    this.port = port;
  }

  reset(): void {
    this.#queue.clear();
    this.#chains.clear();
    this.frames.reset();
  }

  read(bar: number, offset: number, count: number, target: Uint8Array, at: number): void {
    if (bar === FRAMES_BAR) this.frames.read(offset, count, target, at);
  }

  /** A command launched by the write is queued; it runs in {@link step}, never before. */
  write(bar: number, offset: number, count: number, data: Uint8Array, at: number): void {
    if (bar !== FRAMES_BAR) return;
    const frame = this.frames.write(offset, count, data, at);
    if (frame !== NOTHING_LAUNCHED) this.#launch(frame, this.#queue.writersOf(offset, count, data, at));
  }

  get runnable(): boolean {
    return this.#queue.runnable;
  }

  /** Runs the oldest command that waits for nothing until a slice of work is done or the client must be asked. */
  step(): void {
    this.#end(this.#queue.run(SLICE_BYTES));
  }

  /** What the busy `frame` describes, or null if it is misconfigured. */
  protected decode(frame: number): Command | null {
    return decodeCommand(this.frames, frame);
  }

  /** The memory that the command of `frame` works on. */
  protected reach(frame: number): Memory {
    return this.frames.privilegedU32(frame, 'substreamid') === NO_SUBSTREAM ? this.port.dma : NOWHERE;
  }

  /** Shows how a command ended, and that it did. */
  protected complete({ frame, result, value, faultAddress, interrupt }: Outcome): void {
    if (value !== null) this.frames.setU64(frame, 'udata1', value);
    if (faultAddress !== null) this.frames.setU64(frame, 'udata2', faultAddress);
    this.#count(frame, 'returned');
    const wanted = interrupt && this.frames.u64(frame, 'msiaddress') !== 0n;
    const vector = this.frames.u32(frame, 'msidata');
    this.frames.finish(frame, result);
    for (const due of this.#chains.end(frame, wanted ? vector : null)) this.signal(due.frame, due.vector);
  }

  /** Sends the interrupt of `frame`. */
  protected signal(frame: number, vector: number): void {
    const outcome = this.port.signal(vector);
    const uctrl = this.frames.u32(frame, 'uctrl');
    const flagged = outcome === 'aborted' ? uctrl | UCTRL_MSI_ABORTED : uctrl & ~UCTRL_MSI_ABORTED;
    if (flagged !== uctrl && !this.frames.isBusy(frame)) this.frames.setU32(frame, 'uctrl', flagged >>> 0);
  }

  /** `writers`: commands that may have launched it, their write being what launched it. */
  #launch(frame: number, writers: readonly Writer[]): void {
    this.stats.launched++;
    const command = this.decode(frame);
    this.#count(frame, 'launched');
    if (command === null) {
      this.stats.misconfigured++;
      const result = Cmd.FRAME_MISCONFIGURED;
      this.complete({ frame, result, value: null, faultAddress: null, interrupt: false });
      return;
    }
    if (writers.length > 0)
      this.#chains.join(
        frame,
        writers.map((writer) => writer.frame),
      );
    this.#queue.launch(frame, command, this.reach(frame), writers);
  }

  #end(ended: Ended | null): void {
    if (ended === null) return;
    const { frame, execution } = ended.job;
    this.stats.transactions++;
    if (ended.faulted) {
      this.stats.errors++;
      const { faultAddress } = execution;
      this.complete({ frame, result: Cmd.ERROR, value: null, faultAddress, interrupt: true });
      return;
    }
    const { destination, size } = execution.command;
    this.stats.bytes += Number(size);
    const value = destination === null ? execution.command.result() : null;
    this.complete({ frame, result: Cmd.HALTED, value, faultAddress: null, interrupt: true });
  }

  #count(frame: number, counter: 'launched' | 'returned'): void {
    this.frames.setU32(frame, counter, (this.frames.u32(frame, counter) + 1) >>> 0);
  }
}
