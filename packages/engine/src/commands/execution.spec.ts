import { FAULT, type Memory, type MemoryAccess, type Span } from '@coordinator/vfio-user';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Command } from './command.ts';
import { Execution } from './execution.ts';
import { memcpy } from './memcpy.ts';
import { rand48 } from './rand48.ts';
import { sum64 } from './sum64.ts';

const PAGE = 4096;

type PageKind = 'local' | 'remote' | 'read-only' | 'none';

/** 16 pages of memory from address 0x10000, each of a kind of its own. */
class PagedMemory implements Memory {
  readonly bytes = new Uint8Array(16 * PAGE);
  readonly kinds: PageKind[];
  constructor(kinds: PageKind[]) {
    this.kinds = kinds;
    for (let at = 0; at < this.bytes.length; at++) this.bytes[at] = (at * 7) ^ (at >> 8);
  }
  resolve(address: bigint, length: number, access: MemoryAccess): Span {
    const at = Number(address) - 0x10000;
    const kind = this.kind(address);
    if (kind === 'none' || (kind === 'read-only' && access === 'write')) return FAULT;
    const reach = Math.min(length, PAGE - (at % PAGE));
    if (kind === 'remote') return { kind: 'remote', length: reach };
    return { kind: 'local', bytes: this.bytes.subarray(at, at + reach), length: reach };
  }
  kind(address: bigint): PageKind {
    return this.kinds[Math.floor((Number(address) - 0x10000) / PAGE)] ?? 'none';
  }
  /** Answers a remote request. */
  serve(execution: Execution): void {
    const { request } = execution;
    if (request === null) return;
    const at = Number(request.address) - 0x10000;
    if (request.access === 'write') this.bytes.set(request.bytes, at);
    else request.bytes.set(this.bytes.subarray(at, at + request.bytes.length));
    execution.settle(true);
  }
}

function run(command: Command, memory: PagedMemory, budget = 1 << 20): { end: string; fault: bigint } {
  const execution = new Execution(command);
  for (let turn = 0; turn < 100_000; turn++) {
    const progress = execution.run(memory, budget);
    if (progress === 'remote') memory.serve(execution);
    else if (progress !== 'paused') return { end: progress, fault: execution.faultAddress };
  }
  throw new Error('does not end');
}

const allLocal: PageKind[] = new Array(16).fill('local');

describe('MEMCPY', () => {
  test('matches a copy byte by byte for any memory, place, size, stride and budget', () => {
    const kind = fc.constantFrom<PageKind>('local', 'local', 'remote', 'read-only', 'none');
    fc.assert(
      fc.property(
        fc.array(kind, { minLength: 16, maxLength: 16 }),
        fc.nat(5 * PAGE - 1),
        fc.nat(8 * PAGE - 1),
        fc.integer({ min: 1, max: 3 * PAGE }),
        fc.constantFrom(1, 8, 16, 64, PAGE, 5 * PAGE),
        fc.constantFrom(1, 1000, 1 << 20),
        (kinds, sourceAt, destinationAt, size, stride, budget) => {
          const align = stride === 1 ? 1 : 8;
          // Apart, so that the order of the bytes does not matter.
          const source = BigInt(0x10000 + sourceAt - (sourceAt % align));
          const destination = BigInt(0x10000 + 8 * PAGE + destinationAt - (destinationAt % align));
          const memory = new PagedMemory(kinds);
          const expected = memory.bytes.slice();
          let fault = 0n;
          const unit = stride === 1 ? 1 : 8;
          for (let at = 0; at + unit <= size && fault === 0n; at += stride) {
            const from = source + BigInt(at);
            const to = destination + BigInt(at);
            if (memory.kind(from) === 'none') fault = from;
            else if (memory.kind(to) === 'none' || memory.kind(to) === 'read-only') fault = to;
            else
              for (let byte = 0; byte < unit; byte++)
                expected[Number(to) - 0x10000 + byte] = expected[Number(from) - 0x10000 + byte] as number;
          }
          const result = run(memcpy(source, destination, BigInt(size), BigInt(stride)), memory, budget);
          expect(result).toEqual({ end: fault === 0n ? 'done' : 'fault', fault });
          expect(Buffer.compare(memory.bytes, expected)).toBe(0);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('names the side and the address that faulted', () => {
    const kinds = allLocal.slice();
    kinds[1] = 'none';
    kinds[9] = 'read-only';
    const memory = new PagedMemory(kinds);
    expect(run(memcpy(0x10ff0n, 0x14000n, 32n, 1n), memory)).toEqual({ end: 'fault', fault: 0x11000n });
    expect(run(memcpy(0x14000n, 0x18ff8n, 16n, 1n), memory)).toEqual({ end: 'fault', fault: 0x19000n });
  });

  test('a client that refuses a remote piece makes that address the fault', () => {
    const execution = new Execution(memcpy(0x10000n, 0x20000n - 8n, 8n, 1n));
    const memory = new PagedMemory([...allLocal.slice(0, 15), 'remote']);
    expect(execution.run(memory, 1)).toBe('remote');
    expect(execution.settle(false)).toBe('fault');
    expect(execution.faultAddress).toBe(0x1fff8n);
  });

  test('gives way after its budget', () => {
    const execution = new Execution(memcpy(0x10000n, 0x18000n, 8n * 4096n, 1n));
    expect(execution.run(new PagedMemory(allLocal), PAGE)).toBe('paused');
  });
});

describe('SUM64', () => {
  test('adds words modulo 2^64 over local and remote pages', () => {
    const memory = new PagedMemory(['local', 'remote', 'local', ...allLocal.slice(3)]);
    memory.bytes.fill(0xff, 0, 3 * PAGE);
    const command = sum64(0x10008n, BigInt(3 * PAGE - 8));
    expect(run(command, memory).end).toBe('done');
    expect(command.result()).toBe(BigInt.asUintN(64, -BigInt((3 * PAGE - 8) / 8)));
  });

  test('needs permission to read only', () => {
    const memory = new PagedMemory(['read-only', 'none', ...allLocal.slice(2)]);
    expect(run(sum64(0x10000n, 4096n), memory).end).toBe('done');
    expect(run(sum64(0x10ff8n, 16n), memory)).toEqual({ end: 'fault', fault: 0x11000n });
  });
});

test('RAND48 gives the same bytes in local and in remote memory', () => {
  const local = new PagedMemory(allLocal);
  const remote = new PagedMemory(new Array(16).fill('remote'));
  for (const memory of [local, remote]) expect(run(rand48(0x10123n, 9000n, 5), memory).end).toBe('done');
  expect(Buffer.compare(local.bytes, remote.bytes)).toBe(0);
});
