import type { Frames } from '../frame/frames.ts';
import { isLaunch, Launch, type LaunchCode, NO_SUBSTREAM } from '../frame/layout.ts';
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
  const cmd = frames.u32(frame, 'cmd');
  return isLaunch(cmd) ? commands[cmd]({ frames, frame, begin, size }) : null;
}

/** A frame that describes a command, and the region that every one has. */
interface Described {
  readonly frames: Frames;
  readonly frame: number;
  readonly begin: bigint;
  readonly size: bigint;
}

/** Every command: what a frame means by it, or null if that is nothing. */
const commands: Readonly<Record<LaunchCode, (described: Described) => Command | null>> = {
  [Launch.MEMCPY]: ({ frames, frame, begin, size }) =>
    decodeMemcpy(begin, frames.u64(frame, 'udata0'), size, frames.u64(frame, 'stride')),
  [Launch.RAND48]: ({ frames, frame, begin, size }) => rand48(begin, size, frames.u32(frame, 'seed')),
  [Launch.SUM64]: ({ begin, size }) => (aligned(begin) && aligned(size) ? sum64(begin, size) : null),
};

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
