import { decodeCommand } from '../commands/decode.ts';
import { Execution, type RemoteRequest } from '../commands/execution.ts';
import { FAULT, type Memory } from '../commands/memory.ts';
import { type FrameResult, Frames, NOTHING_LAUNCHED } from '../frame/frames.ts';
import { Cmd, UCTRL_MSI_ABORTED } from '../frame/layout.ts';
import { ConfigSpace } from './config-space.ts';
import { type InterruptLines, Msix } from './msix.ts';
import { checkAccess, Region } from './regions.ts';
import { makeStats } from './stats.ts';

/** Vectors that became due together: commands one of which launched the others. */
interface Chain {
  running: number;
  readonly vectors: { frame: number; vector: number }[];
}

interface Job {
  readonly frame: number;
  readonly execution: Execution;
  chain: Chain | null;
}

/** Bytes a command may handle before other devices and messages get their turn. */
const SLICE_BYTES = 1 << 18;

/**
 * The engine as a PCI function: regions, reset, and the queue of launched commands. It knows offsets and bytes;
 * memory and interrupt lines are given to it.
 */
export class EngineFunction {
  readonly stats = makeStats();
  readonly msix: Msix;
  readonly #frames = new Frames();
  readonly #config: ConfigSpace;
  readonly #memory: Memory;
  #queue: Job[] = [];

  constructor(options: { vectors: number; memory: Memory; lines: InterruptLines }) {
    this.#config = new ConfigSpace(options.vectors);
    this.msix = new Msix(options.vectors, options.lines);
    const { memory } = options;
    this.#memory = {
      // A function that is no bus master cannot reach memory at all.
      resolve: (address, length, access) =>
        this.#config.busMaster ? memory.resolve(address, length, access) : FAULT,
    };
  }

  /** Function-level reset: registers, queued commands and MSI-X state go; maps and lines stay the client's. */
  reset(): void {
    this.stats.resets++;
    this.#queue = [];
    this.#frames.reset();
    this.#config.reset();
    this.msix.reset();
  }

  /** @throws RequestError EINVAL if the access is out of range or misaligned. */
  readRegion(region: number, offset: bigint, count: number, target: Uint8Array, at: number): void {
    const where = checkAccess(region, offset, count);
    switch (region) {
      case Region.BAR0:
        this.stats.registerReads++;
        this.#frames.read(where, count, target, at);
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
        const frame = this.#frames.write(where, count, data, at);
        if (frame !== NOTHING_LAUNCHED) this.#launch(frame);
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

  /** What the running command needs from the client, or null. */
  get remoteRequest(): RemoteRequest | null {
    return this.#queue[0]?.execution.request ?? null;
  }

  /** Whether {@link runSlice} has something to do. */
  get runnable(): boolean {
    const job = this.#queue[0];
    return job !== undefined && job.execution.request === null;
  }

  /** Runs queued commands, oldest first, until a slice of work is done or the client must be asked. */
  runSlice(): void {
    const job = this.#queue[0];
    if (job === undefined || job.execution.request !== null) return;
    const progress = job.execution.run(this.#memory, SLICE_BYTES);
    if (progress === 'done') this.#end(job, Cmd.HALTED);
    else if (progress === 'fault') this.#end(job, Cmd.ERROR);
  }

  /** Takes the client's answer to {@link remoteRequest}. */
  settleRemote(ok: boolean): void {
    const job = this.#queue[0];
    if (job !== undefined && job.execution.settle(ok) === 'fault') this.#end(job, Cmd.ERROR);
  }

  #launch(frame: number): void {
    this.stats.launched++;
    const command = decodeCommand(this.#frames, frame);
    this.#count(frame, 'launched');
    if (command === null) {
      this.stats.misconfigured++;
      this.#count(frame, 'returned');
      this.#frames.finish(frame, Cmd.FRAME_MISCONFIGURED);
      return;
    }
    const launcher = this.#queue[0];
    let chain: Chain | null = null;
    if (launcher?.execution.request?.access === 'write') {
      // The running command waits for the client to perform its write: this launch may well be that write.
      launcher.chain ??= { running: 1, vectors: [] };
      chain = launcher.chain;
      chain.running++;
    }
    this.#queue.push({ frame, execution: new Execution(command), chain });
  }

  #end(job: Job, result: FrameResult): void {
    this.#queue.shift();
    const { frame, execution, chain } = job;
    this.stats.transactions++;
    if (result === Cmd.ERROR) {
      this.stats.errors++;
      this.#frames.setU64(frame, 'udata2', execution.faultAddress);
    } else if (execution.command.destination === null) {
      this.#frames.setU64(frame, 'udata1', execution.command.result());
    }
    this.#count(frame, 'returned');
    const wantsMsi = this.#frames.u64(frame, 'msiaddress') !== 0n;
    const vector = this.#frames.u32(frame, 'msidata');
    this.#frames.finish(frame, result);
    if (chain === null) {
      if (wantsMsi) this.#signal(frame, vector);
      return;
    }
    if (wantsMsi) chain.vectors.push({ frame, vector });
    if (--chain.running > 0) return;
    for (const due of chain.vectors) this.#signal(due.frame, due.vector);
  }

  #signal(frame: number, vector: number): void {
    const outcome = this.#config.busMaster ? this.msix.signal(vector) : 'aborted';
    if (outcome === 'sent') this.stats.interrupts++;
    const uctrl = this.#frames.u32(frame, 'uctrl');
    const flagged = outcome === 'aborted' ? uctrl | UCTRL_MSI_ABORTED : uctrl & ~UCTRL_MSI_ABORTED;
    if (flagged !== uctrl && !this.#frames.isBusy(frame)) this.#frames.setU32(frame, 'uctrl', flagged >>> 0);
  }

  #count(frame: number, counter: 'launched' | 'returned'): void {
    this.#frames.setU32(frame, counter, (this.#frames.u32(frame, counter) + 1) >>> 0);
  }

  #writeConfig(offset: number, count: number, data: Uint8Array, at: number): void {
    const effect = this.#config.write(offset, count, data, at);
    if (effect === 'flr') this.reset();
    else if (effect === 'msix') this.stats.interrupts += this.msix.setControl(this.#config.msixControl);
  }
}
