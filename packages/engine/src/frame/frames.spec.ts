import { beforeEach, expect, test } from 'vitest';
import { Frames, NOTHING_LAUNCHED } from './frames.ts';
import { Cmd, NO_SUBSTREAM } from './layout.ts';

let frames: Frames;
beforeEach(() => {
  frames = new Frames();
});

function bytes(value: number | bigint, count: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(value), true);
  return new Uint8Array(view.buffer, 0, count);
}

const write32 = (offset: number, value: number) => frames.write(offset, 4, bytes(value, 4), 0);
function read32(offset: number): number {
  const target = new Uint8Array(4);
  frames.read(offset, 4, target, 0);
  return new DataView(target.buffer).getUint32(0, true);
}

test('after reset every frame is halted and without substream', () => {
  expect(read32(0)).toBe(Cmd.HALTED);
  expect(read32(0x2ff80)).toBe(Cmd.HALTED);
  expect(read32(0x1000c)).toBe(NO_SUBSTREAM);
});

test('writing a command launches its frame, once', () => {
  expect(write32(0x20080, Cmd.MEMCPY)).toBe(513);
  expect(frames.isBusy(513)).toBe(true);
  expect(read32(0x20080)).toBe(Cmd.MEMCPY);
  expect(write32(0x20080, Cmd.SUM64)).toBe(NOTHING_LAUNCHED);
  expect(read32(0x20080)).toBe(Cmd.MEMCPY);
});

test('a busy frame ignores writes to both its halves, its neighbours do not', () => {
  write32(0, Cmd.RAND48);
  write32(0x24, 7);
  write32(0x10008, 7);
  write32(0xa4, 7);
  expect([read32(0x24), read32(0x10008), read32(0xa4)]).toEqual([0, 0, 7]);
  frames.finish(0, Cmd.ERROR);
  write32(0x24, 9);
  expect([read32(0), read32(0x24)]).toEqual([Cmd.ERROR, 9]);
});

test('one 8-byte write carries uctrl and launches', () => {
  expect(frames.write(0, 8, bytes((0xabcd0000n << 32n) | 3n, 8), 0)).toBe(0);
  expect([read32(0), read32(4)]).toEqual([Cmd.RAND48, 0xabcd0000]);
});

test('counters are the engine’s, also for 8-byte writes', () => {
  frames.write(8, 8, bytes(-1n & 0xffffffffffffffffn, 8), 0);
  write32(8, 5);
  expect([read32(8), read32(12)]).toEqual([0, 0]);
});

test('narrow writes change plain fields but never launch', () => {
  frames.write(0x40, 1, bytes(0xee, 1), 0);
  expect(read32(0x40)).toBe(0xee);
  expect(frames.write(0, 2, bytes(Cmd.MEMCPY, 2), 0)).toBe(NOTHING_LAUNCHED);
  expect(read32(0)).toBe(Cmd.HALTED);
});

test('a value that is no command misconfigures the frame; HALTED clears that', () => {
  write32(0, 77);
  expect(read32(0)).toBe(Cmd.FRAME_MISCONFIGURED);
  write32(0, Cmd.HALTED);
  expect(read32(0)).toBe(Cmd.HALTED);
});
