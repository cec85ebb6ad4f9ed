/** A minimal ELF file: header, one string table of section names, one section. */
export function sampleModule(sectionName: string, content: string): Buffer {
  const names = Buffer.from(`\0${sectionName}\0.shstrtab\0`);
  const body = Buffer.from(content);
  const table = 64 + names.length + body.length;
  const file = Buffer.alloc(table + 3 * 64);
  file.write('7f454c460201', 'hex');
  file.writeBigUInt64LE(BigInt(table), 0x28);
  file.writeUInt16LE(64, 0x3a);
  file.writeUInt16LE(3, 0x3c);
  file.writeUInt16LE(1, 0x3e);
  names.copy(file, 64);
  body.copy(file, 64 + names.length);
  const section = (index: number, name: number, offset: number, size: number) => {
    file.writeUInt32LE(name, table + index * 64);
    file.writeBigUInt64LE(BigInt(offset), table + index * 64 + 0x18);
    file.writeBigUInt64LE(BigInt(size), table + index * 64 + 0x20);
  };
  section(1, 2 + sectionName.length, 64, names.length);
  section(2, 1, 64 + names.length, body.length);
  return file;
}
