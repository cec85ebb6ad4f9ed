import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  crc32,
  encodeFrame,
  FrameDecoder,
  FrameEncoder,
  type FrameItem,
  frameLayout,
  MAX_PAYLOAD_BYTES,
} from './index.ts';

const payloads = fc.array(fc.uint8Array({ maxLength: 60 }), { minLength: 1, maxLength: 12 });

function stream(parts: readonly Uint8Array[]): { bytes: Uint8Array; frames: Uint8Array[] } {
  const encoder = new FrameEncoder();
  const frames = parts.map((part) => encoder.encode(part));
  return { bytes: join(frames), frames };
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function decode(bytes: Uint8Array, pieceLength = bytes.length || 1): FrameItem[] {
  const decoder = new FrameDecoder();
  const items: FrameItem[] = [];
  for (let at = 0; at < bytes.length; at += pieceLength)
    items.push(...decoder.push(bytes.subarray(at, at + pieceLength)));
  items.push(...decoder.end());
  expect(decoder.pendingBytes).toBe(0);
  return items;
}

const framesOf = (items: readonly FrameItem[]) => items.filter((item) => item.kind === 'frame');

/** Every byte is in exactly one item, and every missing number in a gap. */
function expectAccounted(bytes: Uint8Array, items: readonly FrameItem[], sent: readonly Uint8Array[]): void {
  let accounted = 0;
  let next = 1;
  for (const item of items) {
    if (item.kind === 'frame') {
      accounted += frameLayout.headerBytes + item.payload.length;
      expect(item.sequence).toBe(next);
      expect([...item.payload]).toEqual([...(sent[item.sequence - 1] ?? [])]);
      next = item.sequence + 1;
    } else if (item.kind === 'gap') {
      expect(item.from).toBe(next);
      next = item.to + 1;
    } else if (item.kind === 'unnumbered') {
      accounted += frameLayout.headerBytes + item.payload.length;
    } else {
      expect(item.offset).toBe(accounted);
      accounted += item.bytes;
    }
  }
  expect(accounted).toBe(bytes.length);
}

describe('frame layout', () => {
  it('has the published CRC-32 check value', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  });

  it('is these exact bytes', () => {
    expect(Buffer.from(encodeFrame(7, Uint8Array.of(1, 2, 3))).toString('hex')).toBe(
      // COFR, length 3, sequence 7, CRC of the payload, CRC of the 16 bytes before, payload (zlib's crc32)
      '434f4652' + '03000000' + '07000000' + '1d80bc55' + '2484bfc8' + '010203',
    );
    expect(frameLayout.headerBytes).toBe(20);
  });

  it('refuses a payload over the limit', () => {
    expect(() => encodeFrame(1, new Uint8Array(MAX_PAYLOAD_BYTES + 1))).toThrow(RangeError);
  });
});

describe('frame decoder', () => {
  it('gives back what was sent, however the stream is cut into pieces', () => {
    fc.assert(
      fc.property(payloads, fc.integer({ min: 1, max: 50 }), (sent, pieceLength) => {
        const items = decode(stream(sent).bytes, pieceLength);
        expect(items.map((item) => item.kind)).toEqual(sent.map(() => 'frame'));
        expectAccounted(stream(sent).bytes, items, sent);
      }),
    );
  });

  it('after a flipped byte anywhere gives the other frames and a gap, never a wrong frame', () => {
    fc.assert(
      fc.property(payloads, fc.nat(), fc.integer({ min: 1, max: 255 }), (sent, position, flip) => {
        const { bytes } = stream(sent);
        const at = position % bytes.length;
        bytes[at] = (bytes[at] as number) ^ flip;
        const items = decode(bytes, 16);
        expectAccounted(bytes, items, sent);
        expect(framesOf(items)).toHaveLength(sent.length - 1);
      }),
    );
  });

  it('after a cut anywhere loses at most the frames that were cut', () => {
    fc.assert(
      fc.property(payloads, fc.nat(), fc.integer({ min: 1, max: 30 }), (sent, position, count) => {
        const { bytes } = stream(sent);
        const at = position % bytes.length;
        const cut = join([bytes.subarray(0, at), bytes.subarray(Math.min(at + count, bytes.length))]);
        const items = decode(cut, 16);
        expectAccounted(cut, items, sent);
        expect(framesOf(items).length).toBeGreaterThanOrEqual(
          sent.length - 1 - Math.ceil(count / frameLayout.headerBytes),
        );
      }),
    );
  });

  it('does not hold on to a piece that its reader uses again', () => {
    const { bytes } = stream([Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5, 6)]);
    const buffer = Buffer.alloc(8);
    const decoder = new FrameDecoder();
    const items: FrameItem[] = [];
    for (let at = 0; at < bytes.length; at += buffer.length) {
      const count = buffer.fill(0xff) && Buffer.from(bytes.subarray(at)).copy(buffer);
      items.push(...decoder.push(buffer.subarray(0, count)));
    }
    expect(framesOf(items)).toHaveLength(2);
  });

  it('reports repeated and reordered frames and uses none twice', () => {
    fc.assert(
      fc.property(payloads, fc.array(fc.nat(), { maxLength: 20 }), (sent, order) => {
        const { frames } = stream(sent);
        const bytes = join(order.map((index) => frames[index % frames.length] as Uint8Array));
        const items = decode(bytes, 33);
        expectAccounted(bytes, items, sent);
      }),
    );
  });

  it('takes any bytes at all without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), payloads, (noise, sent) => {
        const bytes = join([noise, stream(sent).bytes]);
        const items = decode(bytes, 7);
        expectAccounted(bytes, items, sent);
      }),
    );
  });

  it('passes over a length that is over the limit', () => {
    const frame = encodeFrame(1, Uint8Array.of(1));
    const view = new DataView(frame.buffer);
    view.setUint32(frameLayout.length, MAX_PAYLOAD_BYTES + 1, true);
    view.setUint32(frameLayout.headerCrc, crc32(frame, 0, frameLayout.headerCrc), true);
    expect(decode(frame)).toEqual([{ kind: 'skipped', reason: 'oversized', offset: 0, bytes: frame.length }]);
  });

  it('spends linear time on a stream of nested headers with bad payloads', () => {
    const header = encodeFrame(1, new Uint8Array(MAX_PAYLOAD_BYTES)).slice(0, frameLayout.headerBytes);
    const hostile = new Uint8Array(2 * MAX_PAYLOAD_BYTES);
    for (let at = 0; at + header.length <= hostile.length; at += header.length) hostile.set(header, at);
    hostile[hostile.length - 1] = 1;
    const items = decode(hostile, 64 * 1024);
    expect(framesOf(items)).toHaveLength(0);
  });
});
