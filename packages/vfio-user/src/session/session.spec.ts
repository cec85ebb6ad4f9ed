import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProtocolError } from '../errno.ts';
import { encodeMessage as message } from '../testing/client.ts';
import { ReaderDevice } from '../testing/reader-device.ts';
import { SessionInMemory } from '../testing/session-in-memory.ts';
import { FdQueue } from '../wire/fd-queue.ts';
import { Command } from '../wire/protocol.ts';

class Wire extends SessionInMemory<ReaderDevice> {
  constructor() {
    super((port) => new ReaderDevice(port));
  }
}

const hello = message(Command.VERSION, Buffer.alloc(4));

describe('any input', () => {
  test('bytes that mean nothing end as ProtocolError or a refusal, never as another error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 64 }), (bytes, piece) => {
        try {
          new Wire().feed(Buffer.concat([hello, bytes]), piece);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('well-formed headers with arbitrary payloads never break a session, and each gets one reply', () => {
    const u64 = fc.oneof(fc.bigInt(0n, 0x50000n), fc.bigInt(0n, (1n << 64n) - 1n));
    const payload = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc
        .tuple(u64, fc.nat(10), fc.oneof(fc.nat(9), fc.nat(0xffffffff)), fc.uint8Array({ maxLength: 16 }))
        .map(([offset, region, count, data]) => {
          const bytes = Buffer.alloc(16);
          bytes.writeBigUInt64LE(offset, 0);
          bytes.writeUInt32LE(region, 8);
          bytes.writeUInt32LE(count, 12);
          return Buffer.concat([bytes, data]);
        }),
    );
    const command = fc.oneof(fc.integer({ min: 2, max: 16 }), fc.nat(0xffff)).filter((value) => value !== 1);
    fc.assert(
      fc.property(fc.array(fc.tuple(command, payload), { maxLength: 30 }), (messages) => {
        const wire = new Wire();
        wire.feed(hello, 1000);
        wire.reply();
        for (const [index, [number, bytes]] of messages.entries()) {
          wire.feed(message(number, bytes, 0, index), 1000);
          expect(wire.reply()).toMatchObject({ id: index, command: number });
        }
      }),
      { numRuns: 300 },
    );
  });

  test('is cut into the same messages whatever the pieces', () => {
    const read = Buffer.alloc(16);
    read.writeUInt32LE(7, 8);
    read.writeUInt32LE(4, 12);
    const stream = Buffer.concat([hello, ...new Array(50).fill(message(Command.REGION_READ, read))]);
    for (const piece of [1, 7, 16, 33, 5000]) expect(new Wire().feed(stream, piece)).toBe(51);
  });
});

test.each([
  ['a size below the header', Buffer.from('01000100' + '0f000000' + '0000000000000000', 'hex'), /size 15/],
  [
    'a size above the most',
    Buffer.from('01000100' + 'ffffffff' + '0000000000000000', 'hex'),
    /size 4294967295/,
  ],
  ['no VERSION first', message(Command.DEVICE_GET_INFO, Buffer.alloc(16)), /before VERSION/],
  ['another major version', message(Command.VERSION, Buffer.from([1, 0, 0, 0])), /major version 1/],
  ['capabilities that are no JSON', message(Command.VERSION, Buffer.from('\0\0\0\0{oops\0')), /not JSON/],
  ['capabilities without NUL', message(Command.VERSION, Buffer.from('\0\0\0\0{}')), /NUL/],
  ['capabilities that are a list', message(Command.VERSION, Buffer.from('\0\0\0\0[]\0')), /no JSON object/],
  ['VERSION twice', Buffer.concat([hello, hello]), /second time/],
  ['an unknown message type', message(Command.VERSION, Buffer.alloc(4), 3), /type 3/],
  [
    'a reply nobody asked for',
    Buffer.concat([hello, message(Command.DMA_READ, Buffer.alloc(16), 1)]),
    /not sent/,
  ],
])('%s ends the connection', (_name, bytes, reason) => {
  expect(() => new Wire().feed(bytes, 1000)).toThrow(reason);
});

/** `row` told to read 8 bytes at 0x1000, which only the client can reach. */
function launchRemoteRead(wire: Wire, row = 0): void {
  const post = (region: number, offset: number, hex: string) => {
    const head = Buffer.alloc(16);
    head.writeUInt32LE(offset, 0);
    head.writeUInt32LE(region, 8);
    head.writeUInt32LE(hex.length / 2, 12);
    wire.feed(message(Command.REGION_WRITE, Buffer.concat([head, Buffer.from(hex, 'hex')]), 0x10), 1000);
  };
  if (row === 0) {
    wire.feed(hello, 1000);
    wire.reply();
    post(7, 4, '0600');
  }
  const base = 128 * row;
  post(0, base + 0x28, '0010000000000000');
  post(0, base, '04000000');
}

describe('a DMA_READ that the client', () => {
  const answer = Buffer.from('0010000000000000' + '0800000000000000' + '0700000000000000', 'hex');

  test('is sent has exactly these bytes, and is answered', () => {
    const wire = new Wire();
    launchRemoteRead(wire);
    expect(wire.reply()).toEqual({
      id: 0,
      command: Command.DMA_READ,
      flags: 0,
      error: 0,
      payload: answer.subarray(0, 16),
    });
    wire.feed(message(Command.DMA_READ, answer, 1, 0), 1000);
    expect(wire.device.stats).toMatchObject({ transactions: 1, errors: 0 });
  });

  test('answers too late faults at its address, and the late answer harms nobody', () => {
    const wire = new Wire();
    launchRemoteRead(wire);
    wire.reply();
    wire.session.pump(9_999);
    expect(wire.device.stats.transactions).toBe(0);
    wire.session.pump(10_000);
    expect(wire.device.stats).toMatchObject({ transactions: 1, errors: 1 });
    wire.feed(message(Command.DMA_READ, answer, 1, 0), 1000);
    expect(() => wire.feed(message(Command.DMA_READ, answer, 1, 0), 1000)).toThrow(/not sent/);
  });

  test('answers in another order is understood, as far as it answers', () => {
    const wire = new Wire();
    for (let row = 0; row < 3; row++) launchRemoteRead(wire, row);
    expect([wire.reply().id, wire.reply().id, wire.reply().id]).toEqual([0, 1, 2]);
    wire.feed(message(Command.DMA_READ, answer, 1, 2), 1000);
    wire.feed(message(Command.DMA_READ, answer, 1, 1), 1000);
    expect(wire.device.stats).toMatchObject({ transactions: 2, errors: 0 });
    wire.session.pump(10_000);
    expect(wire.device.stats).toMatchObject({ transactions: 3, errors: 1 });
  });

  test('has many of at once is given no more than 16, and the rest as it answers', () => {
    const wire = new Wire();
    for (let row = 0; row < 20; row++) launchRemoteRead(wire, row);
    for (let id = 0; id < 16; id++) expect(wire.reply().id).toBe(id);
    expect(wire.outbox.length).toBe(0);
    wire.feed(message(Command.DMA_READ, answer, 1, 7), 1000);
    expect([wire.reply().id, wire.outbox.length]).toEqual([16, 0]);
    wire.session.pump(10_000);
    expect(wire.device.stats).toMatchObject({ transactions: 17, errors: 16 });
    for (let id = 17; id < 20; id++) expect(wire.reply().id).toBe(id);
  });

  test('never answers any of ends the connection in the end', () => {
    const wire = new Wire();
    launchRemoteRead(wire);
    const restart = () => {
      for (let round = 1; round < 10_000; round++) {
        wire.device.reset();
        wire.device.writeRegion(7, 4n, 2, new Uint8Array([6, 0]), 0);
        launchRemoteRead(wire, 1);
        wire.outbox.sent(wire.outbox.length);
      }
    };
    expect(restart).toThrow(/4096 DMA requests were never answered/);
  });

  test('answers with too few bytes ends the connection', () => {
    const wire = new Wire();
    launchRemoteRead(wire);
    expect(() => wire.feed(message(Command.DMA_READ, answer.subarray(0, 20), 1, 0), 1000)).toThrow(
      /DMA_READ reply/,
    );
  });

  test('answers after a reset is for nobody', () => {
    const wire = new Wire();
    launchRemoteRead(wire);
    wire.reply();
    wire.feed(message(Command.DEVICE_RESET, Buffer.alloc(0), 0x10), 1000);
    wire.feed(message(Command.DMA_READ, answer, 1, 0), 1000);
    expect(wire.device.stats.transactions).toBe(0);
  });
});

test('several writes come in one message, checked one by one', () => {
  const wire = new Wire();
  wire.feed(hello, 1000);
  wire.reply();
  const write = '2400000000000000' + '00000000' + '04000000' + '4d00000000000000';
  const good = Buffer.from(`0100000000000000${write}`, 'hex');
  wire.feed(message(Command.REGION_WRITE_MULTI, good), 1000);
  expect(wire.reply().payload.toString('hex')).toBe('0100000000000000');
  const register = new Uint8Array(1);
  wire.device.readRegion(0, 0x24n, 1, register, 0);
  expect(register[0]).toBe(0x4d);
  for (const bad of [
    `0200000000000000${write}`,
    `ffffffffffffffff${write}`,
    '01',
    `0100000000000000${write.replace('04', '09')}`,
  ]) {
    wire.feed(message(Command.REGION_WRITE_MULTI, Buffer.from(bad, 'hex')), 1000);
    expect(wire.reply().error).toBe(22);
  }
});

test('no reply is sent where none is wanted, not even an error', () => {
  const wire = new Wire();
  wire.feed(hello, 1000);
  wire.reply();
  wire.feed(message(999, Buffer.alloc(0), 0x10), 1000);
  expect([wire.outbox.length, wire.refused.length]).toEqual([0, 1]);
});

describe('descriptors', () => {
  test('belong to the message that ends the read they came with', () => {
    const queue = new FdQueue();
    queue.add([7], 96);
    expect(queue.take(48)).toEqual([]);
    expect(queue.take(96)).toEqual([7]);
  });

  test('belong to a message that is not complete yet', () => {
    const queue = new FdQueue();
    queue.add([7], 20);
    queue.add([8], 40);
    expect(queue.take(48)).toEqual([7, 8]);
    expect(queue.drain()).toEqual([]);
  });

  test('that pile up end the connection', () => {
    const queue = new FdQueue();
    queue.add(new Array(16).fill(3), 16);
    expect(() => queue.add([3], 32)).toThrow(ProtocolError);
    expect(queue.drain()).toHaveLength(17);
  });
});
