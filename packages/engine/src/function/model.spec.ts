import { ConfigSpace } from '@coordinator/vfio-user';
import { expect, test } from 'vitest';
import { engineModel } from './model.ts';

function hex(config: ConfigSpace, offset: number, count: number): string {
  const bytes = new Uint8Array(count);
  config.read(offset, count, bytes, 0);
  return Buffer.from(bytes).toString('hex');
}

function write(config: ConfigSpace, offset: number, value: number, count: 1 | 2 | 4): string {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return config.write(offset, count, bytes, 0);
}

test('the header and the capabilities have exactly these bytes', () => {
  const config = new ConfigSpace(engineModel({ vectors: 16 }));
  expect(hex(config, 0, 0x40)).toBe(
    'b51380ff00001000000000ff00000000' +
      '00000000000000000000000000000000' +
      '000000000000000000000000b5130000' +
      '00000000480000000000000000000000',
  );
  expect(hex(config, 0x48, 12)).toBe('11540f00' + '02000000' + '04000000');
  expect(hex(config, 0x54, 0x3c)).toBe(`1000020000800010000000001100000000001100${'00'.repeat(40)}`);
  const ats = '0f008110' + '20000000';
  const pri = '13008111' + '00000001' + '01000000' + '00000000';
  const acs = '0d000100' + '0c000000';
  expect(hex(config, 0x100, 0x20)).toBe(ats + pri + acs);
});

test('2048 vectors show as the largest table size', () => {
  expect(hex(new ConfigSpace(engineModel({ vectors: 2048 })), 0x4a, 2)).toBe('ff07');
});

test('BARs are sized by writing ones', () => {
  const config = new ConfigSpace(engineModel({ vectors: 16 }));
  for (let bar = 0x10; bar < 0x28; bar += 4) write(config, bar, 0xffffffff, 4);
  expect(hex(config, 0x10, 24)).toBe(
    '0000fcff' + '00000000' + '0080ffff' + '00000000' + '00f0ffff' + '00000000',
  );
});

test('identity is read-only, command keeps what it may', () => {
  const config = new ConfigSpace(engineModel({ vectors: 16 }));
  write(config, 0, 0, 4);
  write(config, 4, 0xffff, 2);
  expect(hex(config, 0, 6)).toBe('b51380ff4605');
  expect(config.busMaster).toBe(true);
});

test('MSI-X control takes enable and mask only, and says so', () => {
  const config = new ConfigSpace(engineModel({ vectors: 16 }));
  expect(write(config, 0x4a, 0xffff, 2)).toBe('msix');
  expect(config.msixControl).toBe(0xc00f);
});

test('Initiate FLR asks for a reset and reads back as zero', () => {
  const config = new ConfigSpace(engineModel({ vectors: 16 }));
  expect(write(config, 0x5c, 0x8000, 2)).toBe('flr');
  expect(hex(config, 0x5c, 2)).toBe('0000');
});

test('BARs of 64 bits take two places, and an integrated endpoint has no link', () => {
  const config = new ConfigSpace(
    engineModel({ vectors: 16, barBits: 64, deviceType: 'integrated-endpoint' }),
  );
  for (let bar = 0x10; bar < 0x28; bar += 4) write(config, bar, 0xffffffff, 4);
  expect(hex(config, 0x10, 24)).toBe(
    '0400fcff' + 'ffffffff' + '0480ffff' + 'ffffffff' + '04f0ffff' + 'ffffffff',
  );
  expect(hex(config, 0x54, 0x18)).toBe(`1000920000800010${'00'.repeat(16)}`);
});
