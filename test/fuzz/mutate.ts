import type { Random } from './random.ts';
import { utf8 } from './target.ts';

export interface Mutation {
  readonly random: Random;
  readonly words: readonly string[];
  /** Another input, to take something from. */
  readonly other: Uint8Array;
  readonly maxBytes: number;
}

type Change = (bytes: Uint8Array, mutation: Mutation) => Uint8Array;

/** Values at which code tends to decide otherwise. */
const EDGES = [
  0, 1, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff,
];
const MOST_CHANGES = 6;
const LONGEST_PIECE = 64;

/** Changes an input in a few places. */
export function mutate(input: Uint8Array, mutation: Mutation): Uint8Array {
  let bytes = input;
  for (let left = 1 + mutation.random.below(MOST_CHANGES); left > 0; left--)
    bytes = mutation.random.of(CHANGES)(bytes, mutation);
  return bytes.slice(0, mutation.maxBytes);
}

const CHANGES: readonly Change[] = [
  flipBit,
  setByte,
  addToByte,
  writeEdge,
  writeDigits,
  insertWord,
  splice,
  remove,
  repeat,
];

function flipBit(bytes: Uint8Array, { random }: Mutation): Uint8Array {
  return changed(bytes, random, (byte) => byte ^ (1 << random.below(8)));
}

function setByte(bytes: Uint8Array, { random }: Mutation): Uint8Array {
  return changed(bytes, random, () => random.below(256));
}

function addToByte(bytes: Uint8Array, { random }: Mutation): Uint8Array {
  return changed(bytes, random, (byte) => byte + random.below(33) - 16);
}

function changed(bytes: Uint8Array, random: Random, change: (byte: number) => number): Uint8Array {
  if (bytes.length === 0) return Uint8Array.of(random.below(256));
  const at = random.below(bytes.length);
  return bytes.with(at, change(bytes[at] ?? 0));
}

function writeEdge(bytes: Uint8Array, { random }: Mutation): Uint8Array {
  const size = random.of([1, 2, 4, 8]);
  const piece = new DataView(new ArrayBuffer(8));
  piece.setUint32(0, random.of(EDGES), true);
  const isBigEndian = random.below(2) === 0;
  const edge = new Uint8Array(piece.buffer, 0, size);
  return overwrite(bytes, random, isBigEndian ? edge.toReversed() : edge);
}

function writeDigits(bytes: Uint8Array, { random }: Mutation): Uint8Array {
  return overwrite(bytes, random, utf8(String(random.of(EDGES))));
}

function insertWord(bytes: Uint8Array, { random, words }: Mutation): Uint8Array {
  if (words.length === 0) return bytes;
  const word = utf8(random.of(words));
  return random.below(2) === 0 ? overwrite(bytes, random, word) : insert(bytes, random, word);
}

function splice(bytes: Uint8Array, { random, other }: Mutation): Uint8Array {
  const start = random.below(other.length + 1);
  const piece = other.subarray(start, start + 1 + random.below(LONGEST_PIECE));
  return random.below(2) === 0 ? overwrite(bytes, random, piece) : insert(bytes, random, piece);
}

function remove(bytes: Uint8Array, { random }: Mutation): Uint8Array {
  const start = random.below(bytes.length + 1);
  return joined(bytes.subarray(0, start), bytes.subarray(start + 1 + random.below(LONGEST_PIECE)));
}

function repeat(bytes: Uint8Array, { random }: Mutation): Uint8Array {
  const start = random.below(bytes.length + 1);
  const piece = bytes.subarray(start, start + 1 + random.below(LONGEST_PIECE));
  const times = 1 << random.below(8);
  return insert(bytes, random, joined(...new Array<Uint8Array>(times).fill(piece)));
}

function insert(bytes: Uint8Array, random: Random, piece: Uint8Array): Uint8Array {
  const at = random.below(bytes.length + 1);
  return joined(bytes.subarray(0, at), piece, bytes.subarray(at));
}

function overwrite(bytes: Uint8Array, random: Random, piece: Uint8Array): Uint8Array {
  const at = random.below(bytes.length + 1);
  return joined(bytes.subarray(0, at), piece, bytes.subarray(at + piece.length));
}

function joined(...pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces));
}
