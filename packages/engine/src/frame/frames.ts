import {
  Cmd,
  FRAME_BYTES,
  FRAME_COUNT,
  FRAMES_BYTES,
  FRAMES_PER_PAGE,
  isLaunch,
  NO_SUBSTREAM,
  PAGE_BYTES,
  PAIR_BYTES,
  type PrivilegedField,
  privilegedFrame,
  type UserField,
  userFrame,
  userFrameOffset,
} from './layout.ts';

/** How a launched command ended. */
export type FrameResult = typeof Cmd.HALTED | typeof Cmd.ERROR | typeof Cmd.FRAME_MISCONFIGURED;

/** What a register write did: nothing more than store, or start the command of a frame. */
export const NOTHING_LAUNCHED = -1;

const wordAccess = describeWords();

/**
 * The frame registers (BAR0) and the state of each frame: *idle* (its `cmd` shows how the last command
 * ended) or *busy* (its `cmd` shows the command that runs, and every write to it is ignored).
 */
export class Frames {
  readonly #bytes = new Uint8Array(FRAMES_BYTES);
  readonly #view = new DataView(this.#bytes.buffer);
  readonly #busy = new Uint8Array(FRAME_COUNT);

  constructor() {
    this.reset();
  }

  /** Every frame idle and HALTED, everything else as after power-on. */
  reset(): void {
    this.#bytes.fill(0);
    this.#busy.fill(0);
    for (let frame = 0; frame < FRAME_COUNT; frame++) {
      const user = userFrameOffset(frame);
      this.#view.setUint32(user, Cmd.HALTED, true);
      this.#view.setUint32(user + PAGE_BYTES + privilegedFrame.substreamid.offset, NO_SUBSTREAM, true);
    }
  }

  isBusy(frame: number): boolean {
    return this.#busy[frame] === 1;
  }

  /** Whether any other frame runs a command. */
  isAnyBusyBut(frame: number): boolean {
    return this.#busy.some((busy, other) => busy === 1 && other !== frame);
  }

  /** Copies `count` register bytes from `offset` to `target[at]`. The caller has checked the range. */
  read(offset: number, count: number, target: Uint8Array, at: number): void {
    for (let index = 0; index < count; index++) target[at + index] = this.#bytes[offset + index] as number;
  }

  /**
   * Writes `count` bytes (1, 2, 4 or 8, naturally aligned, checked by the caller) of `data[at]` to `offset`.
   * Returns the frame whose command the write launched, already busy, or {@link NOTHING_LAUNCHED}.
   */
  write(offset: number, count: number, data: Uint8Array, at: number): number {
    const inPair = offset % PAIR_BYTES;
    const frame =
      Math.floor(offset / PAIR_BYTES) * FRAMES_PER_PAGE + Math.floor((inPair % PAGE_BYTES) / FRAME_BYTES);
    if (this.isBusy(frame)) return NOTHING_LAUNCHED;
    if (inPair >= PAGE_BYTES) {
      this.#bytes.set(data.subarray(at, at + count), offset);
      return NOTHING_LAUNCHED;
    }
    const inFrame = inPair % FRAME_BYTES;
    // `cmd` last, so that an 8-byte write of cmd and uctrl launches with its own uctrl.
    const first = wordAccess[inFrame >> 2];
    if (count === 8 && first !== 'plain') this.#store(offset + 4, 4, data, at + 4, inFrame + 4);
    if (first === 'command') return count >= 4 ? this.#command(frame, offset, data, at) : NOTHING_LAUNCHED;
    this.#store(offset, count === 8 && first !== 'plain' ? 4 : count, data, at, inFrame);
    return NOTHING_LAUNCHED;
  }

  /** Ends the command of `frame` with `result`; the frame is idle again. */
  finish(frame: number, result: FrameResult): void {
    this.#busy[frame] = 0;
    this.setU32(frame, 'cmd', result);
  }

  u32(frame: number, field: UserField): number {
    return this.#view.getUint32(userFrameOffset(frame) + userFrame[field].offset, true);
  }

  u64(frame: number, field: UserField): bigint {
    return this.#view.getBigUint64(userFrameOffset(frame) + userFrame[field].offset, true);
  }

  setU32(frame: number, field: UserField, value: number): void {
    this.#view.setUint32(userFrameOffset(frame) + userFrame[field].offset, value, true);
  }

  setU64(frame: number, field: UserField, value: bigint): void {
    this.#view.setBigUint64(userFrameOffset(frame) + userFrame[field].offset, value, true);
  }

  privilegedU32(frame: number, field: PrivilegedField): number {
    return this.#view.getUint32(userFrameOffset(frame) + PAGE_BYTES + privilegedFrame[field].offset, true);
  }

  #store(offset: number, count: number, data: Uint8Array, at: number, inFrame: number): void {
    if (wordAccess[inFrame >> 2] !== 'plain') return;
    for (let index = 0; index < count; index++) this.#bytes[offset + index] = data[at + index] as number;
  }

  #command(frame: number, offset: number, data: Uint8Array, at: number): number {
    const value =
      ((data[at] as number) |
        ((data[at + 1] as number) << 8) |
        ((data[at + 2] as number) << 16) |
        ((data[at + 3] as number) << 24)) >>>
      0;
    if (isLaunch(value)) {
      this.#view.setUint32(offset, value, true);
      this.#busy[frame] = 1;
      return frame;
    }
    this.#view.setUint32(offset, value === Cmd.HALTED ? Cmd.HALTED : Cmd.FRAME_MISCONFIGURED, true);
    return NOTHING_LAUNCHED;
  }
}

/** The access rule of each 32-bit word of a user frame. */
function describeWords(): string[] {
  const words: string[] = new Array(FRAME_BYTES / 4).fill('plain');
  for (const { offset, bytes, access } of Object.values(userFrame)) {
    words.fill(access, offset / 4, (offset + bytes) / 4);
  }
  return words;
}
