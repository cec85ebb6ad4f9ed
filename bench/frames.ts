import { FrameDecoder, FrameEncoder } from '@coordinator/shared/frame';
import { type AgentMessage, parseMessage } from '@coordinator/shared/message';
import { Packr } from 'msgpackr';

const FRAMES = 200_000;
const PIECE_BYTES = 64 * 1024;

/** Frames a second that the host finds in a stream and checks, and how many of them it also reads as messages. */
export function measureFrames(): { decoded: number; read: number } {
  const stream = makeStream();
  return {
    decoded: perSecond(stream, () => {}),
    read: perSecond(stream, (payload) => void parseMessage(payload)),
  };
}

function perSecond(stream: Uint8Array, use: (payload: Uint8Array) => void): number {
  const decoder = new FrameDecoder();
  const started = performance.now();
  let frames = 0;
  for (let at = 0; at < stream.length; at += PIECE_BYTES) {
    for (const item of decoder.push(stream.subarray(at, at + PIECE_BYTES))) {
      if (item.kind !== 'frame') throw new Error(`unexpected ${item.kind}`);
      frames += 1;
      use(item.payload);
    }
  }
  return (frames / (performance.now() - started)) * 1000;
}

function makeStream(): Uint8Array {
  const packr = new Packr({ useRecords: false });
  const encoder = new FrameEncoder();
  const message: AgentMessage = { type: 'log', level: 'info', text: 'transaction 17 of 64 took 412 us' };
  const frames = Array.from({ length: FRAMES }, () => encoder.encode(Uint8Array.from(packr.pack(message))));
  const stream = new Uint8Array(frames.reduce((sum, frame) => sum + frame.length, 0));
  let at = 0;
  for (const frame of frames) {
    stream.set(frame, at);
    at += frame.length;
  }
  return stream;
}
