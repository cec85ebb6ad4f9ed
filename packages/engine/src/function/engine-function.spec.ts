import type { RemoteRequest } from '@coordinator/vfio-user';
import { describe, expect, test } from 'vitest';
import { Cmd, userFrameOffset } from '../frame/layout.ts';
import { InMemoryEngine, RAM } from '../testing/in-memory-engine.ts';

const MiB = 1 << 20;
const FAR = 0x80_0000_0000n;

function setUp(): InMemoryEngine {
  const engine = new InMemoryEngine(MiB);
  engine.map(RAM, MiB, 0);
  return engine;
}

describe('a PASID', () => {
  test.each([
    ['MEMCPY', Cmd.MEMCPY, RAM],
    ['SUM64', Cmd.SUM64, RAM],
    ['RAND48', Cmd.RAND48, RAM],
  ])('aborts %s at the first address it would use, with an interrupt', (_name, cmd, fault) => {
    const engine = setUp();
    engine.ram.fill(0x77, 0, 4096);
    engine.launch(0, cmd, { begin: RAM, size: 64n, to: RAM + 0x1000n, vector: 3, substream: 1 });
    engine.run();
    expect([engine.cmd(0), engine.field(0, 'udata2')]).toEqual([Cmd.ERROR, fault]);
    expect(engine.raised).toEqual([3]);
    expect([engine.ram[0], engine.ram[0x1000]]).toEqual([0x77, 0]);
  });

  test('of more than 20 bits is a misconfiguration', () => {
    const engine = setUp();
    engine.launch(0, Cmd.MEMCPY, { begin: RAM, size: 8n, to: RAM, vector: 3, substream: 1 << 20 });
    expect([engine.cmd(0), engine.raised]).toEqual([Cmd.FRAME_MISCONFIGURED, []]);
  });
});

describe('a client that does not answer', () => {
  test('holds up its frame only: others run, by memory or by the client', () => {
    const engine = setUp();
    for (const [frame, begin] of [FAR, RAM, FAR + 0x1000n, RAM].entries())
      engine.launch(frame, Cmd.SUM64, { begin, size: 8n, vector: frame });
    engine.run();
    expect(engine.raised).toEqual([1, 3]);
    const [first, second] = engine.takeRequests();
    expect([first?.address, second?.address]).toEqual([FAR, FAR + 0x1000n]);
    engine.device.settle(second as RemoteRequest, true);
    engine.run();
    expect(engine.raised).toEqual([1, 3, 2]);
    expect([engine.cmd(0), engine.cmd(2)]).toEqual([Cmd.SUM64, Cmd.HALTED]);
    engine.device.settle(first as RemoteRequest, false);
    expect([engine.cmd(0), engine.field(0, 'udata2')]).toEqual([Cmd.ERROR, FAR]);
    expect(engine.raised).toEqual([1, 3, 2, 0]);
  });

  test('and whose device is reset has nothing left to answer', () => {
    const engine = setUp();
    engine.launch(0, Cmd.SUM64, { begin: FAR, size: 8n, vector: 0 });
    engine.launch(1, Cmd.SUM64, { begin: FAR, size: 8n, vector: 1 });
    engine.run();
    const request = engine.device.take() as RemoteRequest;
    expect(engine.device.awaits(request)).toBe(true);
    engine.device.reset();
    expect([engine.device.awaits(request), engine.takeRequests()]).toEqual([false, []]);
    engine.device.settle(request, true);
    expect([engine.cmd(0), engine.raised]).toEqual([Cmd.HALTED, []]);
  });
});

/** Where BAR0 is for the engine itself: an address that only the client knows, as an IOMMU may hand out. */
const BAR0 = 0xffff_f000_0000n;

/** Frame 0 and 1 as in a P2P call: each copies its eight bytes of memory into the `cmd` of the other. */
function setUpP2p(command: number): InMemoryEngine {
  const engine = setUp();
  engine.ram[0x1000] = Cmd.MEMCPY;
  engine.ram[0x2000] = command;
  const fields = { size: 8n, seed: 0 };
  engine.launch(1, Cmd.HALTED, { ...fields, begin: RAM + 0x2000n, to: BAR0, vector: 1 });
  engine.launch(0, Cmd.MEMCPY, { ...fields, begin: RAM + 0x1000n, to: BAR0 + 128n, vector: 0 });
  return engine;
}

/** Performs a request as a client does: the bytes arrive as a register write before the answer. */
function perform(engine: InMemoryEngine, request: RemoteRequest): void {
  const value = new DataView(request.bytes.buffer).getBigUint64(0, true);
  engine.write(0, Number(request.address - BAR0), 8, value);
}

function onlyRequest(engine: InMemoryEngine): RemoteRequest {
  const requests = engine.takeRequests();
  expect(requests).toHaveLength(1);
  return requests[0] as RemoteRequest;
}

describe('P2P: a chain of three launches', () => {
  test('runs as the vendor has it, and tells of all three when the last has ended', () => {
    const engine = setUpP2p(Cmd.RAND48);
    engine.run();
    const first = onlyRequest(engine);
    expect(first.address).toBe(BAR0 + 128n);
    perform(engine, first);
    expect([engine.cmd(0), engine.cmd(1)]).toEqual([Cmd.MEMCPY, Cmd.MEMCPY]);
    // The second must not run, and so find the first busy, before the first has its answer.
    engine.run();
    expect(engine.takeRequests()).toEqual([]);
    engine.device.settle(first, true);
    engine.run();
    expect([engine.cmd(0), engine.raised]).toEqual([Cmd.HALTED, []]);
    const second = onlyRequest(engine);
    expect(second.address).toBe(BAR0);
    perform(engine, second);
    expect(engine.cmd(0)).toBe(Cmd.RAND48);
    engine.device.settle(second, true);
    // The second has ended; what it launched has not.
    engine.device.runSlice();
    expect([engine.cmd(1), engine.cmd(0), engine.raised]).toEqual([Cmd.HALTED, Cmd.RAND48, []]);
    engine.run();
    expect(engine.raised).toEqual([0, 1, 0]);
    expect(Buffer.from(engine.ram.subarray(0x1000, 0x1008)).toString('hex')).toBe('6e0ad069ba480bea');
    expect(engine.device.stats).toMatchObject({ launched: 3, transactions: 3, errors: 0, interrupts: 3 });
  });

  test('is held back by none of its answers that is overdue, which fails its own frame only', () => {
    const engine = setUpP2p(Cmd.RAND48);
    engine.run();
    const first = onlyRequest(engine);
    perform(engine, first);
    engine.device.settle(first, false);
    expect([engine.cmd(0), engine.field(0, 'udata2'), engine.raised]).toEqual([Cmd.ERROR, BAR0 + 128n, []]);
    engine.run();
    const second = onlyRequest(engine);
    perform(engine, second);
    engine.device.settle(second, true);
    engine.run();
    expect(engine.raised).toEqual([0, 1, 0]);
  });

  test('two at once are told apart by what they write and where', () => {
    const engine = setUpP2p(Cmd.RAND48);
    engine.ram[0x3000] = Cmd.SUM64;
    const to = BAR0 + BigInt(userFrameOffset(3));
    engine.launch(3, Cmd.HALTED, { begin: RAM, size: 8n, vector: 3 });
    engine.launch(2, Cmd.MEMCPY, { begin: RAM + 0x3000n, size: 8n, to, vector: 2 });
    engine.run();
    const [toFirst, toThird] = engine.takeRequests() as [RemoteRequest, RemoteRequest];
    perform(engine, toThird);
    engine.device.settle(toThird, true);
    engine.run();
    expect(engine.raised).toEqual([2, 3]);
    expect(engine.cmd(0)).toBe(Cmd.MEMCPY);
    engine.device.settle(toFirst, true);
  });

  test('whatever else is launched meanwhile is told of at once', () => {
    const engine = setUpP2p(Cmd.RAND48);
    engine.run();
    const first = onlyRequest(engine);
    engine.launch(9, Cmd.SUM64, { begin: RAM, size: 8n, vector: 5 });
    engine.run();
    expect(engine.raised).toEqual([5]);
    engine.device.settle(first, true);
  });

  test('a launch that either of two may have made waits for both, and so do their interrupts', () => {
    const engine = setUp();
    engine.ram[0x1000] = Cmd.RAND48;
    engine.launch(2, Cmd.HALTED, { begin: RAM + 0x5000n, size: 8n, vector: 2 });
    // The same bytes to the same place of two pages: only one of them is the frame's.
    for (const [frame, to] of [BAR0 + 256n, FAR + 256n].entries())
      engine.launch(frame, Cmd.MEMCPY, { begin: RAM + 0x1000n, size: 8n, to, vector: frame });
    engine.run();
    const [real, other] = engine.takeRequests() as [RemoteRequest, RemoteRequest];
    perform(engine, real);
    engine.device.settle(real, true);
    engine.run();
    expect([engine.cmd(0), engine.cmd(2), engine.raised]).toEqual([Cmd.HALTED, Cmd.RAND48, []]);
    engine.device.settle(other, true);
    engine.run();
    expect(engine.raised).toEqual([0, 1, 2]);
  });
});
