/**
 * Reads the `.modinfo` section of a kernel module: NUL-separated `key=value` strings in a 64-bit little-endian ELF
 * file (System V ABI, "ELF header" and "section header").
 */

const ELF64_LITTLE_ENDIAN = '7f454c460201';
const HEADER = { sectionTableOffset: 0x28, sectionEntrySize: 0x3a, sectionCount: 0x3c, nameSection: 0x3e };
const HEADER_SIZE = 0x40;
const SECTION = { name: 0x00, offset: 0x18, size: 0x20 };

/**
 * @returns the values of `key`, in order.
 * @throws RangeError if this is no such file.
 */
export function readModinfo(module: Buffer, key: string): string[] {
  if (module.length < HEADER_SIZE || module.toString('hex', 0, 6) !== ELF64_LITTLE_ENDIAN) {
    throw new RangeError('not a 64-bit little-endian ELF file');
  }
  const names = section(module, module.readUInt16LE(HEADER.nameSection));
  const count = module.readUInt16LE(HEADER.sectionCount);
  for (let index = 0; index < count; index++) {
    const nameAt = module.readUInt32LE(sectionHeader(module, index) + SECTION.name);
    if (stringAt(names, nameAt) !== '.modinfo') continue;
    const lines = section(module, index).toString('latin1').split('\0');
    return lines.filter((line) => line.startsWith(`${key}=`)).map((line) => line.slice(key.length + 1));
  }
  return [];
}

function sectionHeader(module: Buffer, index: number): number {
  const table = Number(module.readBigUInt64LE(HEADER.sectionTableOffset));
  return table + index * module.readUInt16LE(HEADER.sectionEntrySize);
}

function section(module: Buffer, index: number): Buffer {
  const header = sectionHeader(module, index);
  const offset = Number(module.readBigUInt64LE(header + SECTION.offset));
  return module.subarray(offset, offset + Number(module.readBigUInt64LE(header + SECTION.size)));
}

function stringAt(table: Buffer, offset: number): string {
  const end = table.indexOf(0, offset);
  return table.toString('latin1', offset, end < 0 ? table.length : end);
}
