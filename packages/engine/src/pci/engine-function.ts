import type { Command } from '../commands/command.ts';
import { decodeCommand } from '../commands/decode.ts';
import type { RemoteRequest } from '../commands/execution.ts';
import { FAULT, type Memory } from '../commands/memory.ts';
import { type FrameResult, Frames, NOTHING_LAUNCHED } from '../frame/frames.ts';
import { Cmd, NO_SUBSTREAM, UCTRL_MSI_ABORTED } from '../frame/layout.ts';
import { Chains } from './chains.ts';
import { ConfigSpace } from './config-space.ts';
import { type Ended, LaunchQueue, type Writer } from './launch-queue.ts';
import { type InterruptLines, Msix } from './msix.ts';
import { checkAccess, Region } from './regions.ts';
import { makeStats } from './stats.ts';

/** What {@link EngineFunction} is made of. */
export interface FunctionParts {
  /** MSI-X vectors, 1 to 2048. */
  readonly vectors: number;
  readonly memory: Memory;
  readonly lines: InterruptLines;
}

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

/**
 * The engine as a PCI function: regions, reset, and the queue of launched commands. It knows offsets and bytes;
 * memory and interrupt lines are given to it.
 */
export class EngineFunction {
  readonly stats = makeStats();
  readonly msix: Msix;
  /** Memory as the function reaches it: not at all unless it is bus master. */
  protected readonly memory: Memory;
  protected readonly frames = new Frames();
  readonly #config: ConfigSpace;
  readonly #queue = new LaunchQueue();
  readonly #chains = new Chains();

  constructor({ vectors, memory, lines }: FunctionParts) {
    this.#config = new ConfigSpace(vectors);
    this.msix = new Msix(vectors, lines);
    this.memory = {
      resolve: (address, length, access) =>
        this.busMaster ? memory.resolve(address, length, access) : FAULT,
    };
  }

  /** Function-level reset: registers, queued commands and MSI-X state go; maps and lines stay the client's. */
  reset(): void {
    this.stats.resets++;
    this.#queue.clear();
    this.#chains.clear();
    this.frames.reset();
    this.#config.reset();
    this.msix.reset();
  }

  /** @throws RequestError EINVAL if the access is out of range or misaligned. */
  readRegion(region: number, offset: bigint, count: number, target: Uint8Array, at: number): void {
    const where = checkAccess(region, offset, count);
    switch (region) {
      case Region.BAR0:
        this.stats.registerReads++;
        this.frames.read(where, count, target, at);
        return;
      case Region.BAR2:
        this.msix.readTable(where, count, target, at);
        return;
      case Region.BAR4:
        this.msix.readPending(where, count, target, at);
        return;
      default:
        this.#config.read(where, count, target, at);
        return;
    }
  }

  /**
   * A command launched by the write is queued; it runs in {@link runSlice}, never before.
   * @throws RequestError EINVAL if the access is out of range or misaligned.
   */
  writeRegion(region: number, offset: bigint, count: number, data: Uint8Array, at: number): void {
    const where = checkAccess(region, offset, count);
    switch (region) {
      case Region.BAR0: {
        this.stats.registerWrites++;
        const frame = this.frames.write(where, count, data, at);
        if (frame !== NOTHING_LAUNCHED) this.#launch(frame, this.#queue.writersOf(where, count, data, at));
        return;
      }
      case Region.BAR2:
        this.stats.interrupts += this.msix.writeTable(where, count, data, at);
        return;
      case Region.BAR4:
        return;
      default:
        this.#writeConfig(where, count, data, at);
    }
  }

  /** The next thing to ask the client for, awaited from now on; null if there is none (any more). */
  takeRemoteRequest(): RemoteRequest | null {
    return this.#queue.takeRequest();
  }

  /** Whether an answer to `request` still means something. */
  awaits(request: RemoteRequest): boolean {
    return this.#queue.awaits(request);
  }

  /** Takes the client's answer to `request`, if it means something; `ok` false: refused, or overdue. */
  settleRemote(request: RemoteRequest, ok: boolean): void {
    this.#end(this.#queue.settle(request, ok));
  }

  /** Whether {@link runSlice} has something to do. */
  get runnable(): boolean {
    return this.#queue.runnable;
  }

  /** Runs the oldest command that waits for nothing until a slice of work is done or the client must be asked. */
  runSlice(): void {
    this.#end(this.#queue.run(SLICE_BYTES));
  }

  protected get busMaster(): boolean {
    return this.#config.busMaster;
  }

  /** What the busy `frame` describes, or null if it is misconfigured. */
  protected decode(frame: number): Command | null {
    return decodeCommand(this.frames, frame);
  }

  /** The memory that the command of `frame` works on. */
  protected reach(frame: number): Memory {
    return this.frames.privilegedU32(frame, 'substreamid') === NO_SUBSTREAM ? this.memory : NOWHERE;
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
    const outcome = this.busMaster ? this.msix.signal(vector) : 'aborted';
    if (outcome === 'sent') this.stats.interrupts++;
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
    const { destination } = execution.command;
    const value = destination === null ? execution.command.result() : null;
    this.complete({ frame, result: Cmd.HALTED, value, faultAddress: null, interrupt: true });
  }

  #count(frame: number, counter: 'launched' | 'returned'): void {
    this.frames.setU32(frame, counter, (this.frames.u32(frame, counter) + 1) >>> 0);
  }

  #writeConfig(offset: number, count: number, data: Uint8Array, at: number): void {
    const effect = this.#config.write(offset, count, data, at);
    if (effect === 'flr') this.reset();
    else if (effect === 'msix') this.stats.interrupts += this.msix.setControl(this.#config.msixControl);
  }
}
