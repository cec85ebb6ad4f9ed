import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ackLayout, encodeAck, encodeFrame, FrameDecoder, parseAck, SequenceMerger } from './index.ts';

describe('acknowledgements', () => {
  it('are these exact bytes', () => {
    expect(Buffer.from(encodeAck(0x01020304)).toString('hex')).toBe(
      // COFR, length 4, sequence 0, CRC of the payload, CRC of the 16 bytes before, the number (zlib's crc32)
      '434f4652' + '04000000' + '00000000' + '06a451e9' + '1628b927' + '04030201',
    );
    expect(ackLayout.bytes).toBe(4);
  });

  it('stand outside the sequence of the frames around them', () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), (number) => {
        const decoder = new FrameDecoder();
        const payload = Uint8Array.of(7);
        const items = [encodeFrame(1, payload), encodeAck(number), encodeFrame(2, payload)].flatMap((frame) =>
          decoder.push(frame),
        );
        expect(items.map(({ kind }) => kind)).toEqual(['frame', 'unnumbered', 'frame']);
        const [, ack] = items;
        expect(ack?.kind === 'unnumbered' && parseAck(ack.payload)).toBe(number);
      }),
    );
  });

  it('are nothing but four bytes', () => {
    expect(parseAck(new Uint8Array(3))).toBeNull();
    expect(parseAck(new Uint8Array(5))).toBeNull();
  });
});

describe('SequenceMerger', () => {
  it('tells what is next, known and ahead', () => {
    const merger = new SequenceMerger();
    expect(merger.taken).toBe(0);
    expect(merger.place(1)).toEqual({ kind: 'next' });
    merger.take(1);
    expect(merger.place(1)).toEqual({ kind: 'known' });
    expect(merger.place(4)).toEqual({ kind: 'ahead', from: 2, to: 3 });
    merger.take(4);
    expect(merger.taken).toBe(4);
    expect(merger.place(3)).toEqual({ kind: 'known' });
    expect(() => merger.take(3)).toThrow(RangeError);
  });
});
