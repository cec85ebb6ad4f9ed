import type { Command } from './command.ts';

/** SUM64: the sum, modulo 2^64, of the little-endian 64-bit words of an 8-byte aligned region. */
export function sum64(source: bigint, size: bigint): Command {
  let total = 0n;
  return {
    source,
    destination: null,
    size,
    unit: 8,
    sparse: false,
    process(bytes) {
      total = BigInt.asUintN(64, total + sumWords(bytes));
      return BigInt(bytes.length);
    },
    result: () => total,
  };
}

/** Adds low and high halves apart: up to 2^21 words each sum stays exact in a double, BigInt once a piece. */
const WORDS_PER_ROUND = 1 << 20;

function sumWords(bytes: Uint8Array): bigint {
  const halves = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  let total = 0n;
  for (let start = 0; start < halves.length; start += 2 * WORDS_PER_ROUND) {
    const end = Math.min(halves.length, start + 2 * WORDS_PER_ROUND);
    let low = 0;
    let high = 0;
    for (let index = start; index < end; index += 2) {
      low += halves[index] as number;
      high += halves[index + 1] as number;
    }
    total += BigInt(low) + (BigInt(high) << 32n);
  }
  return total;
}
