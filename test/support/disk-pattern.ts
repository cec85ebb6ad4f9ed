/**
 * What `blkdma` writes, computed anew: the 64-bit little-endian word at byte `at` of the disk is the output function of
 * SplitMix64 of its number and the seed.
 */
export function diskPattern(at: number, size: number, seed: number): Buffer {
  const bytes = Buffer.alloc(size);
  const start = u64((BigInt(seed) + 1n) * 0x9e3779b97f4a7c15n);
  for (let offset = 0; offset < size; offset += 8) {
    let word = u64(BigInt((at + offset) / 8) + start);
    word = u64((word ^ (word >> 30n)) * 0xbf58476d1ce4e5b9n);
    word = u64((word ^ (word >> 27n)) * 0x94d049bb133111ebn);
    bytes.writeBigUInt64LE(word ^ (word >> 31n), offset);
  }
  return bytes;
}

const u64 = (value: bigint) => BigInt.asUintN(64, value);
