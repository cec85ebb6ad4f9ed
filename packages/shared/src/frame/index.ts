export { ackLayout, encodeAck, parseAck } from './ack.ts';
export { concatenate } from './concatenate.ts';
export { crc32 } from './crc32.ts';
export { FrameDecoder, type FrameItem, type SkipReason } from './decode.ts';
export { encodeFrame, FrameEncoder } from './encode.ts';
export { FIRST_SEQUENCE, FRAME_MAGIC, frameLayout, MAX_PAYLOAD_BYTES, UNNUMBERED } from './layout.ts';
export { type Placement, SequenceMerger } from './merge.ts';
