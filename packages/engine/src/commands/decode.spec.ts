import { expect, test } from 'vitest';
import { Frames } from '../frame/frames.ts';
import { Cmd } from '../frame/layout.ts';
import { decodeCommand } from './decode.ts';

type Fields = Partial<Record<'begin' | 'endIncl' | 'stride' | 'udata0', bigint>> & { substream?: number };

function isConfigured(cmd: number, fields: Fields): boolean {
  const frames = new Frames();
  const { substream, ...rest } = { begin: 0x1000n, endIncl: 0x1fffn, stride: 1n, udata0: 0x2000n, ...fields };
  for (const [name, value] of Object.entries(rest)) frames.setU64(0, name as 'begin', value);
  const bytes = new Uint8Array(4);
  if (substream !== undefined) {
    new DataView(bytes.buffer).setUint32(0, substream, true);
    frames.write(0x1000c, 4, bytes, 0);
  }
  frames.setU32(0, 'cmd', cmd);
  return decodeCommand(frames, 0) !== null;
}

test.each<[string, number, Fields, boolean]>([
  ['memcpy', Cmd.MEMCPY, {}, true],
  ['one byte', Cmd.MEMCPY, { endIncl: 0x1000n }, true],
  ['end before begin', Cmd.MEMCPY, { endIncl: 0xfffn }, false],
  ['end far before begin', Cmd.RAND48, { endIncl: 0n }, false],
  ['all of memory', Cmd.RAND48, { begin: 0n, endIncl: (1n << 64n) - 1n }, true],
  ['destination wraps', Cmd.MEMCPY, { udata0: (1n << 64n) - 0xfffn }, false],
  ['destination ends at the top', Cmd.MEMCPY, { udata0: (1n << 64n) - 0x1000n }, true],
  ['stride 0', Cmd.MEMCPY, { stride: 0n }, false],
  ['stride 4', Cmd.MEMCPY, { stride: 4n }, false],
  ['stride 24', Cmd.MEMCPY, { stride: 24n }, true],
  ['stride 24 of odd source', Cmd.MEMCPY, { stride: 24n, begin: 0x1001n }, false],
  ['stride 24 to odd destination', Cmd.MEMCPY, { stride: 24n, udata0: 0x2004n }, false],
  ['stride does not matter to others', Cmd.SUM64, { stride: 0n }, true],
  ['sum of odd place', Cmd.SUM64, { begin: 0x1004n }, false],
  ['sum of odd size', Cmd.SUM64, { endIncl: 0x1ffen }, false],
  ['PASID', Cmd.MEMCPY, { substream: 0xfffff }, true],
  ['no PASID can be that large', Cmd.MEMCPY, { substream: 0x100000 }, false],
])('%s', (_name, cmd, fields, expected) => {
  expect(isConfigured(cmd, fields)).toBe(expected);
});
