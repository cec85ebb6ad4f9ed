import { Cmd } from '../frame/layout.ts';
import { type InMemoryEngine, RAM } from './in-memory-engine.ts';
import type { Transaction } from './transaction.ts';

/** Where a guest has its buffers: offsets of memory. */
export const SOURCE = 0x10_0000;
export const TARGET = 0x40_0000;

/** What every byte of the target and its surroundings holds before. */
const BACKGROUND = 0xee;
const GUARD_BYTES = 64;

/** Byte `at` of the source: neighbours and the same places of neighbouring pages differ, and from the background. */
export function pattern(at: number, salt = 0): number {
  return ((at * 7) ^ ((at >> 12) * 31) ^ (salt * 13)) & 0x7f;
}

export interface Copy extends Partial<Transaction> {
  readonly bytes: number;
  readonly salt?: number;
  readonly frame?: number;
}

/**
 * Copies `bytes` and returns what is wrong afterwards: the offsets in the target and its guards that do not
 * hold what they must, as ranges "first-last"; and "source" if that has changed.
 */
export function copyAndCheck(engine: InMemoryEngine, copy: Copy): string[] {
  startCopy(engine, copy);
  engine.run();
  return checkCopy(engine, copy);
}

export function startCopy(engine: InMemoryEngine, { bytes, salt = 0, frame = 0, ...rest }: Copy): void {
  for (let at = 0; at < bytes; at++) engine.ram[SOURCE + at] = pattern(at, salt);
  engine.ram.fill(BACKGROUND, TARGET - GUARD_BYTES, TARGET + bytes + GUARD_BYTES);
  const places = { begin: RAM + BigInt(SOURCE), to: RAM + BigInt(TARGET), size: BigInt(bytes) };
  engine.launch(frame, Cmd.MEMCPY, { ...places, vector: 0, ...rest });
}

export function checkCopy(engine: InMemoryEngine, { bytes, salt = 0, stride = 1n }: Copy): string[] {
  const wrong: number[] = [];
  for (let at = -GUARD_BYTES; at < bytes + GUARD_BYTES; at++) {
    const copied = at >= 0 && at < bytes && (stride === 1n || at % Number(stride) < 8);
    if (engine.ram[TARGET + at] !== (copied ? pattern(at, salt) : BACKGROUND)) wrong.push(at);
  }
  const source = engine.ram.subarray(SOURCE, SOURCE + bytes);
  return [...ranges(wrong), ...(source.every((byte, at) => byte === pattern(at, salt)) ? [] : ['source'])];
}

/** Fills `bytes` at `offset` of the target's page; returns them. */
export function fill(engine: InMemoryEngine, bytes: number, seed: number, offset = 0): Buffer {
  const at = TARGET + offset;
  engine.ram.fill(BACKGROUND, at, at + bytes);
  engine.launch(0, Cmd.RAND48, { begin: RAM + BigInt(at), size: BigInt(bytes), seed, vector: 0 });
  engine.run();
  return Buffer.from(engine.ram.subarray(at, at + bytes));
}

/** Sums `words`, put into memory for that; returns the value. */
export function sum(engine: InMemoryEngine, ...words: readonly bigint[]): bigint {
  const view = new DataView(engine.ram.buffer, SOURCE);
  for (const [index, word] of words.entries()) view.setBigUint64(8 * index, word, true);
  const size = BigInt(8 * words.length);
  engine.launch(0, Cmd.SUM64, { begin: RAM + BigInt(SOURCE), size, vector: 0 });
  engine.run();
  return engine.field(0, 'udata1');
}

function ranges(sorted: readonly number[]): string[] {
  const found: [number, number][] = [];
  for (const value of sorted) {
    const last = found.at(-1);
    if (last !== undefined && last[1] === value - 1) last[1] = value;
    else found.push([value, value]);
  }
  return found.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`));
}
