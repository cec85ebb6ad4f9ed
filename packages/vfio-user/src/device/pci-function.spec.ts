import { describe, expect, test } from 'vitest';
import type { Backing } from '../dma/dma-table.ts';
import type { FunctionModel } from '../pci/model.ts';
import { ReaderDevice } from '../testing/reader-device.ts';
import { PciFunction } from './pci-function.ts';

const lines = { isConnected: () => true, raise: () => true };

function setUp() {
  return new PciFunction((port) => new ReaderDevice(port), { lines });
}

function write(target: PciFunction, region: number, offset: number, ...bytes: number[]): void {
  target.writeRegion(region, BigInt(offset), bytes.length, new Uint8Array(bytes), 0);
}

function read(target: PciFunction, region: number, offset: number, count: number): number[] {
  const bytes = new Uint8Array(count).fill(0xee);
  target.readRegion(region, BigInt(offset), count, bytes, 0);
  return [...bytes];
}

const memory: Backing = {
  view: (offset, length) => new Uint8Array(length).fill(offset >> 12),
  release: () => {},
};

describe('what is in a BAR', () => {
  test('is MSI-X where the model has it, the device elsewhere, and zeros where the device has nothing', () => {
    const target = setUp();
    expect(read(target, 1, 12, 4)).toEqual([1, 0, 0, 0]); // the first entry, masked
    expect([read(target, 1, 0x800, 8), read(target, 1, 0x100, 4)]).toEqual([
      new Array(8).fill(0),
      [0, 0, 0, 0],
    ]);
    write(target, 0, 0x20, 7);
    expect(read(target, 0, 0x20, 2)).toEqual([7, 0]);
    expect(target.stats).toMatchObject({ registerReads: 2, registerWrites: 1 });
  });
});

describe('DMA', () => {
  const start = (target: PciFunction, address: number) => {
    write(target, 0, 0x28, address & 0xff, (address >> 8) & 0xff, (address >> 16) & 0xff, 0, 0, 0, 0, 0);
    write(target, 0, 0, 1, 0, 0, 0);
  };
  const run = (target: PciFunction) => {
    while (target.runnable) target.runSlice();
  };

  test('is for bus masters, and begins after the write that starts it', () => {
    const target = setUp();
    target.dma.map({ address: 0x10000n, size: 0x2000n, read: true, write: false }, memory);
    start(target, 0x10000);
    expect(target.stats).toMatchObject({ transactions: 0 });
    run(target);
    expect(target.stats).toMatchObject({ transactions: 1, errors: 1, interrupts: 0 });
    write(target, 7, 4, 6, 0);
    write(target, 7, 0x42, 0, 0x80);
    start(target, 0x11ffc);
    run(target);
    // The last four bytes are in no window: the client is asked for them.
    const request = target.take();
    expect(request).toMatchObject({ access: 'read', address: 0x12000n, bytes: new Uint8Array(4) });
    if (request === null) return;
    request.bytes.set([9, 9, 9, 9]);
    target.settle(request, true);
    run(target);
    expect(read(target, 0, 0x30, 8)).toEqual([1, 1, 1, 1, 9, 9, 9, 9]);
    expect(target.stats).toMatchObject({ transactions: 2, errors: 1, interrupts: 1, remoteTransfers: 1 });
  });

  test('that is on its way is forgotten at a reset', () => {
    const target = setUp();
    write(target, 7, 4, 6, 0);
    start(target, 0x5000);
    run(target);
    const request = target.take();
    if (request === null) throw new Error('nothing was asked');
    write(target, 7, 0x59, 0x80); // FLR
    expect(target.awaits(request)).toBe(false);
    target.settle(request, true);
    expect([target.runnable, target.take()]).toEqual([false, null]);
    expect(target.stats).toMatchObject({ transactions: 0, resets: 1 });
  });
});

describe('a model that cannot be', () => {
  const bars = { 0: { bytes: 4096 } };
  const identity = { vendor: 1, device: 1, classCode: 0 };
  const msix = { at: 0x40, vectors: 16, table: { bar: 0 }, pending: { bar: 0, offset: 0x800 } };
  test.each<[string, Partial<FunctionModel>, RegExp]>([
    ['a size that is no power of two', { bars: { 0: { bytes: 5000 } } }, /BAR 0 of 5000 bytes/],
    ['a BAR that is none', { bars: { 6: { bytes: 4096 } } }, /BAR 6/],
    ['64 bits in the last', { bars: { 5: { bytes: 4096, bits: 64 } } }, /BAR 5 of 64 bits/],
    ['an upper half in use', { bars: { 0: { bytes: 4096, bits: 64 }, 1: { bytes: 16 } } }, /upper half/],
    ['too many vectors', { bars, msix: { ...msix, vectors: 2049 } }, /not 1 to 2048/],
    ['a table that is too long', { bars, msix: { ...msix, vectors: 300 } }, /MSI-X table: 4800 bytes/],
    ['pending bits nowhere', { bars, msix: { ...msix, pending: { bar: 3 } } }, /pending bits/],
  ])('%s', (_name, part, message) => {
    const make = () =>
      new PciFunction(() => ({ model: { identity, bars, ...part }, read() {}, write() {}, reset() {} }), {
        lines,
      });
    expect(make).toThrow(message);
  });

  test('without MSI-X and express it is a conventional function without interrupts', () => {
    const target = new PciFunction(() => ({ model: { identity, bars }, read() {}, write() {}, reset() {} }), {
      lines,
    });
    expect([read(target, 7, 6, 1), read(target, 7, 0x34, 1), target.msix.vectors]).toEqual([[0], [0], 0]);
    write(target, 7, 0, ...new Array(256).fill(0xff));
    expect(target.stats).toMatchObject({ resets: 0 });
  });
});
