import { describe, expect, it } from 'vitest';
import { bytesOfArray, withHeader } from './bytecode.ts';

const listing = (size: number) => `/* File generated automatically by the QuickJS compiler. */

#include <inttypes.h>

const uint32_t qjsc_module_size = ${size};

const uint8_t qjsc_module[${size}] = {
 0x04, 0xdf, 0x06,
 0x12, 0x61,
};
`;

describe('bytesOfArray', () => {
  it('reads what qjsc writes', () =>
    expect(bytesOfArray(listing(5))).toEqual(Buffer.from([0x04, 0xdf, 0x06, 0x12, 0x61])));

  it.each([
    ['nothing', ''],
    ['an array that is cut off', listing(6)],
    ['no array', 'const uint8_t qjsc_module[0] = {};'],
  ])('refuses %s', (_, text) => expect(() => bytesOfArray(text)).toThrow(/qjsc wrote something else/));
});

describe('withHeader', () => {
  it('says what the bytecode was compiled from', () => {
    // CRC-32's published check value.
    const file = withHeader(Buffer.from([0x04]), Buffer.from('123456789'));
    expect(file.toString('hex')).toBe(
      `${Buffer.from('QJS-BC01').toString('hex')}${'09000000'}${'2639f4cb'}${'04'}`,
    );
  });
});
