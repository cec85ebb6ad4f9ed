import type { Frames } from '../../frame/frames.ts';

/** What a busy frame describes. */
export interface Transfer {
  readonly cmd: number;
  readonly begin: bigint;
  readonly size: bigint;
  readonly to: bigint;
  readonly stride: bigint;
  readonly seed: number;
}

export function readTransfer(frames: Frames, frame: number): Transfer {
  const begin = frames.u64(frame, 'begin');
  return {
    cmd: frames.u32(frame, 'cmd'),
    begin,
    size: frames.u64(frame, 'endIncl') - begin + 1n,
    to: frames.u64(frame, 'udata0'),
    stride: frames.u64(frame, 'stride'),
    seed: frames.u32(frame, 'seed'),
  };
}

const WORD = 8n;

/** Offset of the last byte a MEMCPY writes, or null if it writes none. */
export function lastWritten({ size, stride }: Transfer): bigint | null {
  if (stride === 1n) return size - 1n;
  return size < WORD ? null : ((size - WORD) / stride) * stride + WORD - 1n;
}

/** Offset of a byte in the middle of what a MEMCPY writes, or null if it writes none. */
export function middleWritten(transfer: Transfer): bigint | null {
  const last = lastWritten(transfer);
  return last === null ? null : (last / 2n / transfer.stride) * transfer.stride;
}
