/**
 * One frame on a channel between a guest's agent and the host, all little-endian:
 *
 *     0      4        8          12             16           20
 *     +------+--------+----------+--------------+------------+-----------------+
 *     | magic| length | sequence | payload CRC  | header CRC | payload (length)|
 *     +------+--------+----------+--------------+------------+-----------------+
 *
 * The header has a CRC of its own so that `length` can be trusted before the payload has arrived: a flipped
 * length would otherwise make the reader wait for bytes that are not coming. Both CRCs are CRC-32 (IEEE 802.3);
 * the header CRC covers bytes 0 to 15.
 */
export const frameLayout = {
  magic: 0,
  length: 4,
  sequence: 8,
  payloadCrc: 12,
  headerCrc: 16,
  headerBytes: 20,
} as const;

/** The bytes "COFR" as they lie in the stream. */
export const FRAME_MAGIC = Uint8Array.of(0x43, 0x4f, 0x46, 0x52);

/** Largest payload a frame may carry, in bytes. A larger length is corruption or an attack. */
export const MAX_PAYLOAD_BYTES = 512 * 1024;

/** Sequence numbers count up from here, one stream each; 32 bits are never used up by one guest. */
export const FIRST_SEQUENCE = 1;

/** The number of frames that are no part of the numbered sequence: acknowledgements. */
export const UNNUMBERED = 0;
