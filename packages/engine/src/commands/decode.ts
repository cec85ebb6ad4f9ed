import type { Frames } from '../frame/frames.ts';
import { Cmd, NO_SUBSTREAM } from '../frame/layout.ts';
import type { Command } from './command.ts';
import { memcpy } from './memcpy.ts';
import { rand48 } from './rand48.ts';
import { sum64 } from './sum64.ts';

const MAX_SUBSTREAM = 0xfffff; // a PASID has 20 bits
const ADDRESS_SPACE = 1n << 64n;

/** The command a busy frame describes, or null if the frame is misconfigured. */
export function decodeCommand(frames: Frames, frame: number): Command | null {
  const begin = frames.u64(frame, 'begin');
  const size = frames.u64(frame, 'endIncl') - begin + 1n;
  if (size <= 0n) return null;
  const substream = frames.privilegedU32(frame, 'substreamid');
  if (substream > MAX_SUBSTREAM && substream !== NO_SUBSTREAM) return null;
  switch (frames.u32(frame, 'cmd')) {
    case Cmd.MEMCPY:
      return decodeMemcpy(begin, frames.u64(frame, 'udata0'), size, frames.u64(frame, 'stride'));
    case Cmd.RAND48:
      return rand48(begin, size, frames.u32(frame, 'seed'));
    case Cmd.SUM64:
      return aligned(begin) && aligned(size) ? sum64(begin, size) : null;
    default:
      return null;
  }
}

/** Legal strides are 1 and multiples of 8; words must not straddle, so those need aligned addresses. */
function decodeMemcpy(source: bigint, destination: bigint, size: bigint, stride: bigint): Command | null {
  if (destination + size > ADDRESS_SPACE) return null;
  if (stride !== 1n) {
    if (stride === 0n || !aligned(stride) || !aligned(source) || !aligned(destination)) return null;
  }
  return memcpy(source, destination, size, stride);
}

function aligned(value: bigint): boolean {
  return (value & 7n) === 0n;
}
