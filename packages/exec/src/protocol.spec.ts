import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeInputCredit,
  decodeOutputCredit,
  decodeSize,
  type ExecFrame,
  encodeCredit,
  encodeFrame,
  encodeSize,
  FrameSplitter,
  FrameType,
  MAX_PAYLOAD_BYTES,
} from './protocol.ts';

describe('exec frames', () => {
  it('have these bytes', () => {
    expect([...encodeFrame(FrameType.stdout, 0x01020304, Uint8Array.of(7, 8))]).toEqual([
      18, 4, 3, 2, 1, 2, 0, 0, 0, 7, 8,
    ]);
    expect([...encodeCredit(0x10203)]).toEqual([3, 2, 1, 0]);
    expect([...encodeSize({ rows: 0x102, columns: 0x304 })]).toEqual([2, 1, 4, 3]);
    expect(decodeSize(encodeSize({ rows: 24, columns: 80 }))).toEqual({ rows: 24, columns: 80 });
    expect(decodeSize(Uint8Array.of(1, 2, 3))).toBeNull();
    expect([...encodeCredit(0x10203, 2)]).toEqual([2, 3, 2, 1, 0]);
  });

  it('come out as they went in, however the stream is cut', () => {
    const frame = fc.record({
      type: fc.constantFrom(...Object.values(FrameType)),
      session: fc.integer({ min: 0, max: 0xffffffff }),
      payload: fc.uint8Array({ maxLength: 300 }),
    });
    fc.assert(
      fc.property(
        fc.array(frame),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
        (frames, cuts) => {
          const stream = frames.flatMap(({ type, session, payload }) => [
            ...encodeFrame(type, session, payload),
          ]);
          const splitter = new FrameSplitter();
          const got: ExecFrame[] = [];
          for (let at = 0, turn = 0; at < stream.length; turn += 1) {
            const length = cuts[turn % cuts.length] ?? 1;
            got.push(...splitter.push(Uint8Array.from(stream.slice(at, at + length))));
            at += length;
          }
          expect(got.map((one) => ({ ...one, payload: [...one.payload] }))).toEqual(
            frames.map((one) => ({ ...one, payload: [...one.payload] })),
          );
        },
      ),
    );
  });

  it('are refused when the type is unknown or the length absurd', () => {
    const long = encodeFrame(FrameType.stdin, 1);
    new DataView(long.buffer).setUint32(5, MAX_PAYLOAD_BYTES + 1, true);
    expect(() => new FrameSplitter().push(long)).toThrow(RangeError);
    expect(() => new FrameSplitter().push(new Uint8Array(9).fill(99))).toThrow(/type 99/);
    expect(() => encodeFrame(FrameType.stdin, 1, new Uint8Array(MAX_PAYLOAD_BYTES + 1))).toThrow(RangeError);
  });

  it('carry credits of the right size only', () => {
    expect(decodeOutputCredit(encodeCredit(5, 1))).toEqual({ stream: 1, bytes: 5 });
    expect(decodeOutputCredit(Uint8Array.of(3, 0, 0, 0, 0))).toBeNull();
    expect(decodeInputCredit(encodeCredit(9))).toBe(9);
    expect(decodeInputCredit(Uint8Array.of(1))).toBeNull();
  });
});
