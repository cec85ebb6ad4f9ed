import { drawLayout, layoutBytes } from '@coordinator/vfio-user';
import { expect, test } from 'vitest';
import { FRAME_BYTES, FRAMES_BYTES, privilegedFrame, userFrame, userFrameOffset } from './layout.ts';

test('a user frame is laid out as the sheet says', () => {
  expect(layoutBytes(userFrame)).toBe(FRAME_BYTES);
  expect(drawLayout(userFrame)).toEqual([
    '0x00+4 cmd',
    '0x04+4 uctrl',
    '0x08+4 launched',
    '0x0c+4 returned',
    '0x10+8 msiaddress',
    '0x18+4 msidata',
    '0x1c+4 msiattr',
    '0x20+4 attributes',
    '0x24+4 seed',
    '0x28+8 begin',
    '0x30+8 endIncl',
    '0x38+8 stride',
    '0x40+8 udata0',
    '0x48+8 udata1',
    '0x50+8 udata2',
    '0x58+8 udata3',
    '0x60+8 udata4',
    '0x68+8 udata5',
    '0x70+8 udata6',
    '0x78+8 udata7',
  ]);
});

test('a privileged frame is laid out as the sheet says', () => {
  expect(drawLayout(privilegedFrame)).toEqual([
    '0x00+4 pctrl',
    '0x04+4 downstreamPortIndex',
    '0x08+4 streamid',
    '0x0c+4 substreamid',
  ]);
});

test('frames fill BAR0 in pairs of pages', () => {
  expect(FRAMES_BYTES).toBe(256 * 1024);
  expect([0, 1, 511, 512, 1023].map(userFrameOffset)).toEqual([0, 0x80, 0xff80, 0x20000, 0x2ff80]);
});
