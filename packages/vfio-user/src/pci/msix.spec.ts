import { expect, test } from 'vitest';
import { type InterruptLines, Msix } from './msix.ts';

const ENABLE = 0x8000;
const FUNCTION_MASK = 0x4000;

function setUp(vectors = 16) {
  const raised: number[] = [];
  const connected = new Set(Array.from({ length: vectors }, (_, vector) => vector));
  const lines: InterruptLines = {
    isConnected: (vector) => connected.has(vector),
    raise: (vector) => {
      raised.push(vector);
      return true;
    },
  };
  return { msix: new Msix(vectors, lines), raised, connected };
}

function pending(msix: Msix): string {
  const bytes = new Uint8Array(8);
  msix.readPending(0, 8, bytes, 0);
  return Buffer.from(bytes).toString('hex');
}

test('a disabled function keeps the bit until it is enabled', () => {
  const { msix, raised } = setUp();
  expect(msix.signal(9)).toBe('pending');
  expect(pending(msix)).toBe('0002000000000000');
  expect(msix.setControl(ENABLE | FUNCTION_MASK)).toBe(0);
  expect(msix.setControl(ENABLE)).toBe(1);
  expect([raised, pending(msix)]).toEqual([[9], '0000000000000000']);
});

test('a vector outside the table aborts', () => {
  const { msix } = setUp();
  msix.setControl(ENABLE);
  expect([msix.signal(15), msix.signal(16), msix.signal(0xffffffff)]).toEqual(['sent', 'aborted', 'aborted']);
});

test('an entry that was written masks by its control word', () => {
  const { msix, raised } = setUp();
  msix.setControl(ENABLE);
  expect(msix.signal(0)).toBe('sent'); // never written: the client keeps the table
  msix.writeTable(12, 4, new Uint8Array([1, 0, 0, 0]), 0);
  expect(msix.signal(0)).toBe('pending');
  expect(msix.writeTable(12, 4, new Uint8Array(4), 0)).toBe(1);
  expect(raised).toEqual([0, 0]);
});

test('a vector that is not connected, or masked by the client, waits', () => {
  const { msix, connected } = setUp();
  msix.setControl(ENABLE);
  connected.delete(3);
  msix.setClientMask(4, true);
  expect([msix.signal(3), msix.signal(4)]).toEqual(['pending', 'pending']);
  connected.add(3);
  expect(msix.flush()).toBe(1);
  expect(msix.setClientMask(4, false)).toBe(1);
});

test('table accesses beyond its end read zeros and change nothing', () => {
  const { msix } = setUp(1);
  const bytes = new Uint8Array(8).fill(0xff);
  msix.writeTable(0x7ff8, 8, bytes, 0);
  msix.readTable(0x7ff8, 8, bytes, 0);
  expect([...bytes]).toEqual(new Array(8).fill(0));
});
