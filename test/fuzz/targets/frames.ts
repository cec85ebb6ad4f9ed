import {
  crc32,
  encodeFrame,
  FRAME_MAGIC,
  FrameDecoder,
  type FrameItem,
  frameLayout,
} from '@coordinator/shared/frame';
import { holds, Script, same, type Target } from '../target.ts';

/** What a stream is put together from: checksums that are right are beyond chance. */
const parts = {
  raw: 0,
  frame: 1,
  /** A header whose checksum is right, whatever it claims. */
  header: 2,
  cutFrame: 3,
} as const;

function streamOf(script: Script): Uint8Array {
  const pieces: Uint8Array[] = [];
  while (!script.isOver) {
    const kind = script.byte() % 4;
    if (kind === parts.raw) pieces.push(script.block());
    else if (kind === parts.header) pieces.push(headerOf(script));
    else {
      const frame = encodeFrame(script.byte(), script.block());
      pieces.push(kind === parts.frame ? frame : frame.subarray(0, script.byte()));
    }
  }
  return Buffer.concat(pieces);
}

function headerOf(script: Script): Uint8Array {
  const header = new Uint8Array(frameLayout.headerBytes);
  header.set(FRAME_MAGIC, frameLayout.magic);
  for (let at: number = frameLayout.length; at < frameLayout.headerCrc; at++) header[at] = script.byte();
  new DataView(header.buffer).setUint32(frameLayout.headerCrc, crc32(header, 0, frameLayout.headerCrc), true);
  return header;
}

function decode(stream: Uint8Array, pieceBytes: number): readonly FrameItem[] {
  const decoder = new FrameDecoder();
  const items: FrameItem[] = [];
  for (let at = 0; at < stream.length; at += pieceBytes)
    items.push(...decoder.push(stream.subarray(at, at + pieceBytes)));
  items.push(...decoder.end());
  same(decoder.pendingBytes, 0, 'bytes held after the end');
  return items;
}

/** Every byte is in one item, numbers go up, and what is given out is what its checksum says. */
function check(stream: Uint8Array, items: readonly FrameItem[]): void {
  let accounted = 0;
  let next = 1;
  for (const item of items) {
    if (item.kind === 'gap') {
      same(item.from, next, 'a gap begins');
      holds(item.to >= item.from, 'a gap of nothing');
      next = item.to + 1;
      continue;
    }
    same(item.offset, accounted, 'an item begins');
    if (item.kind === 'frame') {
      same(item.sequence, next, 'a frame is numbered');
      next += 1;
    }
    if (item.kind === 'frame' || item.kind === 'unnumbered') {
      const sequence = item.kind === 'frame' ? item.sequence : 0;
      const bytes = stream.subarray(accounted, accounted + frameLayout.headerBytes + item.payload.length);
      holds(Buffer.compare(encodeFrame(sequence, item.payload), bytes) === 0, 'a frame that was not sent');
      accounted += bytes.length;
    } else accounted += item.bytes;
  }
  same(accounted, stream.length, 'bytes accounted for');
}

/** What a guest's channel carries, before it is known for messages. */
export const frames: Target = {
  name: 'frames',
  maxBytes: 512,
  words: ['COFR'],
  seeds: [
    Uint8Array.of(1, 1, 2, 7, 8, 1, 2, 1, 9),
    Uint8Array.of(2, 255, 255, 255, 255, 0, 0, 0, 0, 1, 1, 0),
    Uint8Array.of(3, 1, 4, 1, 2, 3, 4, 22, 1, 1, 0, 1, 1, 0, 1, 0, 0),
  ],
  run: (bytes) => {
    const stream = streamOf(new Script(bytes));
    const whole = decode(stream, stream.length || 1);
    check(stream, whole);
    for (const piece of [5, 33]) same(decode(stream, piece), whole, `in pieces of ${piece} bytes`);
  },
};
