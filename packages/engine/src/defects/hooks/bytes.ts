import type { Memory, MemoryAccess } from '@coordinator/vfio-user';

// Guest memory as far as it is within reach without the client. What is not is left alone.

/** A copy of `length` bytes at `address`, or null if they are not all within reach. */
export function peek(memory: Memory, address: bigint, length: number): Uint8Array | null {
  const copy = new Uint8Array(length);
  let at = 0;
  for (const view of views(memory, address, length, 'read')) {
    copy.set(view, at);
    at += view.length;
  }
  return at === length ? copy : null;
}

export function poke(memory: Memory, address: bigint, bytes: Uint8Array): void {
  let at = 0;
  for (const view of views(memory, address, bytes.length, 'write')) {
    view.set(bytes.subarray(at, at + view.length));
    at += view.length;
  }
}

/** Changes one byte to what it is not. */
export function invert(memory: Memory, address: bigint, mask = 0xff): void {
  for (const view of views(memory, address, 1, 'write')) view[0] = (view[0] as number) ^ mask;
}

function* views(
  memory: Memory,
  address: bigint,
  length: number,
  access: MemoryAccess,
): Generator<Uint8Array> {
  for (let at = 0; at < length; ) {
    const span = memory.resolve(BigInt.asUintN(64, address + BigInt(at)), length - at, access);
    if (span.kind !== 'local') return;
    yield span.bytes;
    at += span.length;
  }
}
