import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { type AgentMessage, checkMessagePack, parseMessage } from './index.ts';

const packr = new Packr({ useRecords: false });
const pack = (value: unknown) => Uint8Array.from(packr.pack(value));

const end: AgentMessage = {
  type: 'test-end',
  name: 'memcpy/0x100',
  outcome: 'pass',
  transactions: 10,
  misconfigured: 0,
  aborted: 0,
  duration_ms: 12.5,
  message: null,
  output: null,
  transaction_us: { min: 300, median: 412, max: 990 },
  latency_us: [
    [300, 1],
    [412, 8],
    [976, 1],
  ],
};

describe('parseMessage', () => {
  it('gives back a message that was packed', () => {
    expect(parseMessage(pack(end))).toEqual({ ok: true, message: end });
  });

  it('names what does not fit', () => {
    const parsed = parseMessage(pack({ ...end, transactions: -1, extra: true }));
    expect(parsed).toMatchObject({ ok: false });
    expect(parsed.ok ? '' : parsed.problem).toMatch(/extra[\s\S]*transactions|transactions[\s\S]*extra/);
  });

  it('refuses names with path separators for artifacts', () => {
    for (const name of ['../x', '/etc/passwd', '', '.hidden', 'a/b']) {
      expect(parseMessage(pack({ type: 'artifact', name })).ok).toBe(false);
    }
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => void parseMessage(bytes)));
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (position, flip) => {
        const bytes = pack(end);
        const at = position % bytes.length;
        bytes[at] = (bytes[at] as number) ^ flip;
        parseMessage(bytes);
      }),
    );
  });
});

describe('checkMessagePack', () => {
  it('accepts every JSON value a packer makes, and no prefix or extension of it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const bytes = pack(value);
        expect(checkMessagePack(bytes)).toBeNull();
        expect(checkMessagePack(bytes.subarray(0, bytes.length - 1))).not.toBeNull();
        expect(checkMessagePack(Uint8Array.from([...bytes, 0]))).toBe('1 bytes behind the value');
      }),
    );
  });

  it('refuses claims larger than the bytes that are there', () => {
    expect(checkMessagePack(Uint8Array.of(0xdd, 0x01, 0, 0, 0))).toMatch(/cut off/);
    expect(checkMessagePack(Uint8Array.of(0xdf, 0xff, 0xff, 0xff, 0xff, 1))).toMatch(/cut off/);
  });

  it('refuses extension types and deep nesting', () => {
    expect(checkMessagePack(Uint8Array.of(0xd4, 1, 0))).toMatch(/type 0xd4/);
    expect(checkMessagePack(Uint8Array.from([...new Array(40).fill(0x91), 0]))).toMatch(/nested too deep/);
  });
});
