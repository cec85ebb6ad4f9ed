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
      state = fillPages(bytes, destination + offset, seed, offset === 0n ? null : state);
      return BigInt(bytes.length);
    },
    result: () => 0n,
  };
}

/** The state after the first step from the seed for `address`; only its low 32 bits. */
export function seededState(seed: number, address: bigint): number {
  const mixed = seed ^ Number(BigInt.asUintN(32, address >> 32n)) ^ Number(BigInt.asUintN(32, address));
  const start = (mixed << 16) | 0x330e;
  return (Math.imul(start, STEP_MULTIPLIER) + STEP_INCREMENT) | 0;
}

/** Fills `bytes` at `address`; `from` is the state to go on with until the next border, or null to seed at once. */
function fillPages(bytes: Uint8Array, address: bigint, seed: number, from: number | null): number {
  let state = from ?? seededState(seed, address);
  let at = 0;
  let end = RESEED_BYTES - Number(address & BigInt(RESEED_BYTES - 1));
  if (end === RESEED_BYTES) state = seededState(seed, address);
  while (at < bytes.length) {
    end = Math.min(end, bytes.length);
    state = fill(bytes.subarray(at, end), state);
    at = end;
    end += RESEED_BYTES;
    if (at < bytes.length) state = seededState(seed, address + BigInt(at));
  }
  return state;
}

/** Fills `bytes` from a state on, whatever borders are in them; returns the state to go on with. */
export function fill(bytes: Uint8Array, from: number): number {
  // Int32 for certain: after bundling these are variables of the module, and the loop would be five times slower.
  const multiplier = BYTE_MULTIPLIER | 0;
  const increment = BYTE_INCREMENT | 0;
  let state = from | 0;
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = state >>> 17;
    state = (Math.imul(state, multiplier) + increment) | 0;
  }
  return state;
}
