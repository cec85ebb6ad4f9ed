import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Errno, type RequestError } from '../errno.ts';
import { type Backing, DmaTable } from './dma-table.ts';

const PAGE = 0x1000n;
const readWrite = { read: true, write: true };

class CountedBacking implements Backing {
  released = 0;
  view(_offset: number, length: number): Uint8Array {
    return new Uint8Array(length);
  }
  release(): void {
    this.released++;
  }
}

function errorOf(action: () => void): number {
  try {
    action();
    return 0;
  } catch (error) {
    return (error as RequestError).code;
  }
}

describe('maps that cannot be', () => {
  test.each([
    ['empty', 0n, 0n, Errno.EINVAL],
    ['odd address', 1n, PAGE, Errno.EINVAL],
    ['odd size', 0n, PAGE + 1n, Errno.EINVAL],
    ['past the top', (1n << 64n) - PAGE, 2n * PAGE, Errno.EINVAL],
    ['everything, twice', 0n, 1n << 65n, Errno.EINVAL],
    ['overlap before', 0xf000n, 2n * PAGE, Errno.EEXIST],
    ['overlap within', 0x11000n, PAGE, Errno.EEXIST],
    ['overlap around', 0n, 1n << 32n, Errno.EEXIST],
    ['right before', 0xf000n, PAGE, 0],
    ['right after', 0x12000n, PAGE, 0],
    ['the last page', (1n << 64n) - PAGE, PAGE, 0],
  ])('%s', (_name, address, size, code) => {
    const table = new DmaTable();
    table.map({ address: 0x10000n, size: 2n * PAGE, ...readWrite }, null);
    expect(errorOf(() => table.map({ address, size, ...readWrite }, null))).toBe(code);
    expect(table.size).toBe(code === 0 ? 2 : 1);
  });

  test('one that allows nothing', () => {
    const table = new DmaTable();
    expect(errorOf(() => table.map({ address: 0n, size: PAGE, read: false, write: false }, null))).toBe(
      Errno.EINVAL,
    );
  });
});

test('an unmap that would cut a window changes nothing', () => {
  const table = new DmaTable();
  const backing = new CountedBacking();
  table.map({ address: 0x10000n, size: 4n * PAGE, ...readWrite }, backing);
  expect(errorOf(() => table.unmap(0x11000n, PAGE))).toBe(Errno.EINVAL);
  expect(errorOf(() => table.unmap(0x0n, 0x11000n))).toBe(Errno.EINVAL);
  expect([table.size, backing.released]).toEqual([1, 0]);
  expect(table.unmap(0n, 1n << 40n)).toBe(4n * PAGE);
  expect([table.size, backing.released]).toEqual([0, 1]);
});

test('access stops at the border of a window and needs permission', () => {
  const table = new DmaTable();
  table.map({ address: 0x10000n, size: PAGE, read: true, write: false }, new CountedBacking());
  table.map({ address: 0x20000n, size: PAGE, ...readWrite }, null);
  expect(table.resolve(0x10ff0n, 64, 'read')).toMatchObject({ kind: 'local', length: 16 });
  expect(table.resolve(0x10ff0n, 64, 'write')).toEqual({ kind: 'fault' });
  expect(table.resolve(0x20ff0n, 64, 'write')).toEqual({ kind: 'remote', length: 16 });
  expect(table.resolve(0x30000n, 64, 'read')).toEqual({ kind: 'remote', length: 64 });
  expect(table.resolve(1n << 64n, 64, 'read')).toEqual({ kind: 'fault' });
});

test('agrees with a page-by-page model, whatever is mapped and unmapped', () => {
  const page = fc.nat(31);
  const operation = fc.record({
    kind: fc.constantFrom('map', 'map', 'unmap'),
    first: page,
    pages: fc.integer({ min: 1, max: 12 }),
    read: fc.boolean(),
    write: fc.boolean(),
    backed: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 40 }), (operations) => {
      const table = new DmaTable();
      const model: ({ id: number; read: boolean; write: boolean; backed: boolean } | null)[] = new Array(
        64,
      ).fill(null);
      operations.forEach(({ kind, first, pages, read, write, backed }, id) => {
        const range = model.slice(first, first + pages);
        if (kind === 'map') {
          const fits = range.every((entry) => entry === null) && (read || write);
          const request = { address: BigInt(first) * PAGE, size: BigInt(pages) * PAGE, read, write };
          expect(errorOf(() => table.map(request, backed ? new CountedBacking() : null)) === 0).toBe(fits);
          if (fits) model.fill({ id, read, write, backed }, first, first + pages);
        } else {
          const ids = new Set(range.map((entry) => entry?.id));
          const cuts = model.some(
            (entry, at) => entry !== null && ids.has(entry.id) && (at < first || at >= first + pages),
          );
          expect(errorOf(() => table.unmap(BigInt(first) * PAGE, BigInt(pages) * PAGE)) !== 0).toBe(cuts);
          if (!cuts) model.fill(null, first, first + pages);
        }
      });
      model.forEach((entry, at) => {
        for (const access of ['read', 'write'] as const) {
          const expected =
            entry === null ? 'remote' : !entry[access] ? 'fault' : entry.backed ? 'local' : 'remote';
          expect(table.resolve(BigInt(at) * PAGE + 5n, 8, access).kind).toBe(expected);
        }
      });
    }),
  );
});
