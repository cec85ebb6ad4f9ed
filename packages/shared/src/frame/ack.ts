import { encodeFrame } from './encode.ts';
import { UNNUMBERED } from './layout.ts';

/**
 * Payload of an acknowledgement, little-endian: all frames up to this number have arrived whole and were taken. It
 * travels in an unnumbered frame, since losing one does no harm: the next says more.
 */
export const ackLayout = { sequence: 0, bytes: 4 } as const;

/** The whole frame that acknowledges `sequence`; 0 says that somebody is there and has taken nothing yet. */
export function encodeAck(sequence: number): Uint8Array {
  const payload = new Uint8Array(ackLayout.bytes);
  new DataView(payload.buffer).setUint32(ackLayout.sequence, sequence, true);
  return encodeFrame(UNNUMBERED, payload);
}

/** The number an unnumbered frame's payload acknowledges; null when it is no acknowledgement. */
export function parseAck(payload: Uint8Array): number | null {
  if (payload.length !== ackLayout.bytes) return null;
  return new DataView(payload.buffer, payload.byteOffset, payload.byteLength).getUint32(
    ackLayout.sequence,
    true,
  );
}
