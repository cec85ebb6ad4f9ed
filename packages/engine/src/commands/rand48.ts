import type { Command } from './command.ts';

const RESEED_BYTES = 4096;

// Each byte takes two steps of x -> x * 0x5deece66d + 0xb (mod 2^48) and keeps bits 24..17 of the first; the
// bit or'ed in from the second lies above the byte kept. Low bits of such a generator never depend on higher
// ones, so 32-bit arithmetic gives the same bytes; both steps are folded into one multiplication.
const STEP_MULTIPLIER = 0xdeece66d | 0;
const STEP_INCREMENT = 0xb;
const BYTE_MULTIPLIER = Math.imul(STEP_MULTIPLIER, STEP_MULTIPLIER);
const BYTE_INCREMENT = (Math.imul(STEP_MULTIPLIER, STEP_INCREMENT) + STEP_INCREMENT) | 0;

/**
 * RAND48: fills a region with bytes of a 48-bit linear congruential generator, seeded at the start of the
 * region and again at each 4 KiB border with `seed` mixed with the address there.
 */
export function rand48(destination: bigint, size: bigint, seed: number): Command {
  let state = 0;
  return {
    source: null,
    destination,
    size,
    unit: 1,
    sparse: false,
    process(_source, bytes, offset) {
      let at = 0;
      while (at < bytes.length) {
        const address = destination + offset + BigInt(at);
        const inPage = Number(address & BigInt(RESEED_BYTES - 1));
        if (inPage === 0 || (offset === 0n && at === 0)) state = seededState(seed, address);
        const end = Math.min(bytes.length, at + RESEED_BYTES - inPage);
        state = fill(bytes, at, end, state);
        at = end;
      }
      return BigInt(bytes.length);
    },
    result: () => 0n,
  };
}

/** The state after the first step from the seed for `address`; only its low 32 bits. */
function seededState(seed: number, address: bigint): number {
  const mixed = seed ^ Number(BigInt.asUintN(32, address >> 32n)) ^ Number(BigInt.asUintN(32, address));
  const start = (mixed << 16) | 0x330e;
  return (Math.imul(start, STEP_MULTIPLIER) + STEP_INCREMENT) | 0;
}

function fill(bytes: Uint8Array, start: number, end: number, from: number): number {
  let state = from;
  for (let index = start; index < end; index++) {
    bytes[index] = state >>> 17;
    state = (Math.imul(state, BYTE_MULTIPLIER) + BYTE_INCREMENT) | 0;
  }
  return state;
}
