/** Deeper nesting than any message has. */
const MAX_DEPTH = 8;

/**
 * Walks MessagePack bytes without building anything, so that what a guest sent can be unpacked safely: one whole
 * value and nothing behind it, nested at most 8 deep, no extension types, and no array, map or string that claims
 * more than the bytes that are there (an unpacker allocates by such claims).
 * Format: https://github.com/msgpack/msgpack/blob/master/spec.md
 * @returns null when all is well, else what is wrong and at which byte.
 */
export function checkMessagePack(bytes: Uint8Array): string | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  /** Values still owed at each level of nesting. */
  const owed: number[] = [1];
  while (owed.length > 0) {
    const level = owed.length - 1;
    if (owed[level] === 0) {
      owed.pop();
      continue;
    }
    owed[level] = (owed[level] as number) - 1;
    const start = at;
    const token = bytes[at++];
    if (token === undefined) return `cut off at byte ${start}`;
    const shape = shapeOf(token);
    if (!shape) return `type 0x${token.toString(16)} at byte ${start} is not allowed`;
    let length = shape.length;
    if (shape.lengthBytes > 0) {
      if (at + shape.lengthBytes > bytes.length) return `cut off at byte ${start}`;
      length = readLength(view, at, shape.lengthBytes);
      at += shape.lengthBytes;
    }
    const values = shape.kind === 'array' ? length : shape.kind === 'map' ? 2 * length : 0;
    // Every value takes at least one byte.
    if ((shape.kind === 'bytes' ? length : values) > bytes.length - at) return `cut off at byte ${start}`;
    if (shape.kind === 'bytes') at += length;
    else {
      if (owed.length >= MAX_DEPTH) return `nested too deep at byte ${start}`;
      owed.push(values);
    }
  }
  return at === bytes.length ? null : `${bytes.length - at} bytes behind the value`;
}

interface Shape {
  readonly kind: 'bytes' | 'array' | 'map';
  /** Bytes or entries that follow, unless `lengthBytes` says that a length field tells. */
  readonly length: number;
  readonly lengthBytes: 0 | 1 | 2 | 4;
}

function shapeOf(token: number): Shape | null {
  if (token <= 0x7f || token >= 0xe0) return fixed(0); // fixint
  if (token <= 0x8f) return { kind: 'map', length: token & 0x0f, lengthBytes: 0 };
  if (token <= 0x9f) return { kind: 'array', length: token & 0x0f, lengthBytes: 0 };
  if (token <= 0xbf) return fixed(token & 0x1f); // fixstr
  return shapes.get(token) ?? null;
}

const fixed = (length: number): Shape => ({ kind: 'bytes', length, lengthBytes: 0 });
const counted = (kind: Shape['kind'], lengthBytes: 1 | 2 | 4): Shape => ({ kind, length: 0, lengthBytes });

const shapes = new Map<number, Shape>([
  [0xc0, fixed(0)], // nil
  [0xc2, fixed(0)], // false
  [0xc3, fixed(0)], // true
  [0xc4, counted('bytes', 1)], // bin 8
  [0xc5, counted('bytes', 2)],
  [0xc6, counted('bytes', 4)],
  [0xca, fixed(4)], // float 32
  [0xcb, fixed(8)], // float 64
  [0xcc, fixed(1)], // uint 8
  [0xcd, fixed(2)],
  [0xce, fixed(4)],
  [0xcf, fixed(8)],
  [0xd0, fixed(1)], // int 8
  [0xd1, fixed(2)],
  [0xd2, fixed(4)],
  [0xd3, fixed(8)],
  [0xd9, counted('bytes', 1)], // str 8
  [0xda, counted('bytes', 2)],
  [0xdb, counted('bytes', 4)],
  [0xdc, counted('array', 2)],
  [0xdd, counted('array', 4)],
  [0xde, counted('map', 2)],
  [0xdf, counted('map', 4)],
]);

function readLength(view: DataView, at: number, bytes: number): number {
  if (bytes === 1) return view.getUint8(at);
  return bytes === 2 ? view.getUint16(at) : view.getUint32(at);
}
