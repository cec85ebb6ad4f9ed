import { MAX_WINDOWS } from '../dma/dma-table.ts';
import { ProtocolError } from '../errno.ts';
import { MAX_DATA_BYTES, MAX_MESSAGE_FDS, version } from './protocol.ts';

const MAJOR = 0;

/** QEMU refuses a server that answers minor 1. */
const MINOR = 0;

const MAX_JSON_BYTES = 4096;

/**
 * Not `write_multiple`: QEMU makes use of it only when more than 1,024 messages wait to be sent, which a driver that reads
 * now and then never sees, and before 11.0 takes it to queue every message as well.
 */
const capabilities = {
  capabilities: {
    max_msg_fds: MAX_MESSAGE_FDS,
    max_data_xfer_size: MAX_DATA_BYTES,
    max_dma_maps: MAX_WINDOWS,
  },
};

const PREAMBLE_BYTES = version.minor.offset + version.minor.bytes;
const reply = encodeReply();

/** The payload of the VERSION reply. */
export function versionReply(): Uint8Array {
  return reply;
}

/**
 * Checks what the client proposes. Its limits do not matter here: nothing sent is larger than the least the
 * protocol lets a client support.
 * @throws ProtocolError on another major version or capabilities that are no JSON object
 */
export function checkVersion(payload: Uint8Array): void {
  if (payload.length < PREAMBLE_BYTES) throw new ProtocolError(`VERSION of ${payload.length} bytes`);
  const major = (payload[0] as number) | ((payload[1] as number) << 8);
  if (major !== MAJOR) throw new ProtocolError(`protocol major version ${major}, ${MAJOR} is spoken here`);
  const text = payload.subarray(PREAMBLE_BYTES);
  if (text.length === 0) return;
  if (text.length > MAX_JSON_BYTES)
    throw new ProtocolError(`VERSION with ${text.length} bytes of capabilities`);
  if (text.indexOf(0) !== text.length - 1)
    throw new ProtocolError('capabilities do not end with their only NUL');
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text.subarray(0, -1)));
  } catch {
    throw new ProtocolError('capabilities are not JSON');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new ProtocolError('capabilities are no JSON object');
}

function encodeReply(): Uint8Array {
  const text = new TextEncoder().encode(`${JSON.stringify(capabilities)}\0`);
  const bytes = new Uint8Array(PREAMBLE_BYTES + text.length);
  bytes[version.major.offset] = MAJOR;
  bytes[version.minor.offset] = MINOR;
  bytes.set(text, PREAMBLE_BYTES);
  return bytes;
}
