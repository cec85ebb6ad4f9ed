/**
 * How commands are run in the lab: frames over a byte stream that loses nothing (a virtio serial port, a UNIX socket).
 * This file runs under QuickJS as well as Node.
 *
 *     0 type (u8)   1 session (u32)   5 length (u32)   9 payload          little-endian
 *
 * A session is one command. Nobody sends more of a stream than the other side has room for: each starts with a window,
 * and credits give back what was consumed. So neither a slow reader nor a silent command makes anybody hold more than
 * a window, or holds up other sessions.
 */
export const FRAME_HEADER_BYTES = 9;
export const MAX_PAYLOAD_BYTES = 16 * 1024;

export const EXEC_PROTOCOL_VERSION = 2;

/** Bytes of stdout or stderr that may be under way; bytes of stdin likewise. */
export const OUTPUT_WINDOW_BYTES = 128 * 1024;
export const INPUT_WINDOW_BYTES = 64 * 1024;

export const FrameType = {
  /** JSON {@link StartRequest}. */
  start: 1,
  stdin: 2,
  stdinEnd: 3,
  /** u8 signal number; it goes to the command's process group. */
  signal: 4,
  /** u8 stream (1 stdout, 2 stderr), u32 bytes. */
  outputCredit: 5,
  /** {@link TerminalSize} of a session that has a terminal: u16 rows, u16 columns. */
  resize: 6,
  /** JSON {@link Hello}; session 0. */
  hello: 16,
  stdout: 18,
  stderr: 19,
  /** u32 bytes. */
  inputCredit: 20,
  /** JSON {@link ExecExit}; the last frame of a session. */
  exit: 21,
} as const;
export type FrameType = (typeof FrameType)[keyof typeof FrameType];

const knownTypes: ReadonlySet<number> = new Set(Object.values(FrameType));

export interface StartRequest {
  readonly argv: readonly string[];
  /** Added to the environment of the lab. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Gives it a terminal of this size, to which stdout and stderr go both; none when absent. */
  readonly terminal?: TerminalSize | undefined;
}

export interface TerminalSize {
  readonly rows: number;
  readonly columns: number;
}

export interface Hello {
  readonly protocol: number;
  readonly kernel: string;
}

/** How a command ended; `problem` says why it could not be started. */
export interface ExecExit {
  readonly code: number | null;
  readonly signal: number | null;
  readonly problem: string | null;
}

export interface ExecFrame {
  readonly type: FrameType;
  readonly session: number;
  readonly payload: Uint8Array<ArrayBuffer>;
}

export function encodeFrame(
  type: FrameType,
  session: number,
  payload: Uint8Array = new Uint8Array(0),
): Uint8Array<ArrayBuffer> {
  if (payload.length > MAX_PAYLOAD_BYTES) throw new RangeError(`a payload of ${payload.length} bytes`);
  const bytes = new Uint8Array(FRAME_HEADER_BYTES + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, type);
  view.setUint32(1, session, true);
  view.setUint32(5, payload.length, true);
  bytes.set(payload, FRAME_HEADER_BYTES);
  return bytes;
}

/** The payload of `inputCredit`, or with a stream in front, of `outputCredit`. */
export function encodeCredit(bytes: number, stream?: 1 | 2): Uint8Array {
  const at = stream === undefined ? 0 : 1;
  const payload = new Uint8Array(at + 4);
  if (stream !== undefined) payload[0] = stream;
  new DataView(payload.buffer).setUint32(at, bytes, true);
  return payload;
}

export function encodeSize({ rows, columns }: TerminalSize): Uint8Array {
  const payload = new Uint8Array(4);
  const view = new DataView(payload.buffer);
  view.setUint16(0, rows, true);
  view.setUint16(2, columns, true);
  return payload;
}

/** @returns null when it is none. */
export function decodeSize(payload: Uint8Array): TerminalSize | null {
  if (payload.length !== 4) return null;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  return { rows: view.getUint16(0, true), columns: view.getUint16(2, true) };
}

/** @returns null when it is none. */
export function decodeOutputCredit(payload: Uint8Array): { stream: 1 | 2; bytes: number } | null {
  const [stream] = payload;
  if (payload.length !== 5 || (stream !== 1 && stream !== 2)) return null;
  return { stream, bytes: readU32(payload, 1) };
}

/** @returns null when it is none. */
export function decodeInputCredit(payload: Uint8Array): number | null {
  return payload.length === 4 ? readU32(payload, 0) : null;
}

function readU32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at, true);
}

/** Cuts a byte stream into frames. */
export class FrameSplitter {
  #rest: Uint8Array<ArrayBuffer> = new Uint8Array(0);

  /** @throws RangeError when the stream is no such stream; nothing that follows can be understood then. */
  push(bytes: Uint8Array): ExecFrame[] {
    const joined = new Uint8Array(this.#rest.length + bytes.length);
    joined.set(this.#rest);
    joined.set(bytes, this.#rest.length);
    const view = new DataView(joined.buffer);
    const frames: ExecFrame[] = [];
    let at = 0;
    while (joined.length - at >= FRAME_HEADER_BYTES) {
      const type = view.getUint8(at);
      const length = view.getUint32(at + 5, true);
      if (!knownTypes.has(type) || length > MAX_PAYLOAD_BYTES) {
        throw new RangeError(`not a frame: type ${type}, ${length} bytes`);
      }
      const end = at + FRAME_HEADER_BYTES + length;
      if (end > joined.length) break;
      const payload = joined.slice(at + FRAME_HEADER_BYTES, end);
      frames.push({ type: type as FrameType, session: view.getUint32(at + 1, true), payload });
      at = end;
    }
    this.#rest = joined.slice(at);
    return frames;
  }
}
