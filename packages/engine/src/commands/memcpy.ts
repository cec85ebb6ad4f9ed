import type { Command } from './command.ts';

/**
 * MEMCPY: copies the region at `source` to `destination`. With `stride` 1 every byte; with a multiple of 8
 * the 64-bit word at every `stride` bytes, to the same distance in the destination.
 */
export function memcpy(source: bigint, destination: bigint, size: bigint, stride: bigint): Command {
  return stride === 1n
    ? { source, destination, size, unit: 1, sparse: false, process: copyAll, result: () => 0n }
    : {
        source,
        destination,
        size,
        unit: 8,
        sparse: true,
        process: (from, to) => copyWords(from, to, stride),
        result: () => 0n,
      };
}

function copyAll(source: Uint8Array, destination: Uint8Array): bigint {
  destination.set(source);
  return BigInt(source.length);
}

function copyWords(source: Uint8Array, destination: Uint8Array, stride: bigint): bigint {
  if (stride >= BigInt(source.length)) {
    destination.set(source.subarray(0, 8));
    return stride;
  }
  const step = Number(stride);
  let at = 0;
  for (; at + 8 <= source.length; at += step) {
    for (let byte = at; byte < at + 8; byte++) destination[byte] = source[byte] as number;
  }
  return BigInt(at);
}
