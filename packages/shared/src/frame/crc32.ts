const POLYNOMIAL = 0xedb88320; // IEEE 802.3, reflected

const SLICES = 4;

/** Slicing-by-4 tables: `tables[0]` is the usual byte table, the others let four bytes go in one step. */
const tables = makeTables();

function makeTables(): Uint32Array[] {
  const first = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    first[byte] = crc >>> 0;
  }
  const all = [first];
  for (let slice = 1; slice < SLICES; slice++) {
    const previous = all[slice - 1] as Uint32Array;
    all.push(previous.map((crc) => ((first[crc & 0xff] as number) ^ (crc >>> 8)) >>> 0));
  }
  return all;
}

const [table0, table1, table2, table3] = tables as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];

/**
 * CRC-32 (IEEE 802.3) of `bytes[start, end)`, as an unsigned 32-bit number.
 * Written here because it must run in QuickJS and be fast on every frame; the published check value
 * ("123456789" → cbf43926) is asserted beside it.
 */
export function crc32(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let crc = 0xffffffff;
  let index = start;
  for (const last = end - 3; index < last; index += 4) {
    crc ^=
      (bytes[index] as number) |
      ((bytes[index + 1] as number) << 8) |
      ((bytes[index + 2] as number) << 16) |
      ((bytes[index + 3] as number) << 24);
    crc =
      (table3[crc & 0xff] as number) ^
      (table2[(crc >>> 8) & 0xff] as number) ^
      (table1[(crc >>> 16) & 0xff] as number) ^
      (table0[crc >>> 24] as number);
  }
  for (; index < end; index++) {
    crc = (table0[(crc ^ (bytes[index] as number)) & 0xff] as number) ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
