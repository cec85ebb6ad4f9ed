import { expect, test } from 'vitest';
import { layoutBytes } from '../layout.ts';
import { Outbox } from './outbox.ts';
import * as wire from './protocol.ts';
import { versionReply } from './version.ts';

test.each([
  ['header', wire.header, 16],
  ['version', wire.version, 4],
  ['dmaMap', wire.dmaMap, 32],
  ['dmaUnmap', wire.dmaUnmap, 24],
  ['deviceInfo', wire.deviceInfo, 16],
  ['regionInfo', wire.regionInfo, 32],
  ['irqInfo', wire.irqInfo, 16],
  ['irqSet', wire.irqSet, 20],
  ['regionAccess', wire.regionAccess, 16],
  ['multiWrite', wire.multiWrite, 24],
  ['dmaAccess', wire.dmaAccess, 16],
])('%s has no gaps and its size', (_name, layout, bytes) => {
  let at = 0;
  for (const field of Object.values(layout)) {
    expect(field.offset).toBe(at);
    at += field.bytes;
  }
  expect(layoutBytes(layout)).toBe(bytes);
});

test('replies have exactly these bytes', () => {
  const outbox = new Outbox();
  outbox.reply(0x1234, wire.Command.DEVICE_GET_INFO, 4);
  outbox.refuse(0x1235, wire.Command.DMA_MAP, 22);
  expect(Buffer.from(outbox.bytes.subarray(0, outbox.length)).toString('hex')).toBe(
    '3412040014000000010000000000000000000000' + '35120200100000002100000016000000',
  );
});

test('the server speaks 0.0 and says what it can take', () => {
  const reply = Buffer.from(versionReply());
  expect(reply.subarray(0, 4).toString('hex')).toBe('00000000');
  expect(reply.at(-1)).toBe(0);
  expect(JSON.parse(reply.subarray(4, -1).toString())).toEqual({
    capabilities: { max_msg_fds: 16, max_data_xfer_size: 16384, max_dma_maps: 65535 },
  });
});
