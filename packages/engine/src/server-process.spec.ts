import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  access,
  Command,
  closeFd,
  makeGuestMemory,
  setNonBlocking,
  takeEvents,
} from '@coordinator/vfio-user/testing';
import { useProgram } from '@coordinator/vfio-user/testing/program';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Cmd } from './frame/layout.ts';
import { EngineServer } from './server.ts';
import { EngineClient as Client } from './testing/engine-client.ts';

// Real processes on a machine that may be busy.
vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

const MiB = 1 << 20;
const READ = 1;
const WRITE = 2;

const program = useProgram(new URL('./server-process.ts', import.meta.url), 'engine-server.spec');
let folder: string;
let server: EngineServer;
const log: string[] = [];
const disconnects: [string, string][] = [];
const socket = (index: number) => join(folder, `engine-${index}`);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'engine-'));
  log.length = 0;
  disconnects.length = 0;
  server = await EngineServer.start({
    entry: program.path,
    devices: [{ socket: socket(1) }, { socket: socket(2) }],
    log: (line) => log.push(line),
  });
  server.on('disconnected', (id, reason) => disconnects.push([id, reason]));
});

afterEach(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries++) {
    if (tries > 500) throw new Error(`not within 5 s; log:\n${log.join('\n')}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const serverFds = () => readdirSync(`/proc/${server.pid}/fd`).length;

describe('a well-behaved client', () => {
  test('learns what the device is', () => {
    const client = Client.open(socket(1));
    const info = client.request(Command.DEVICE_GET_INFO, Buffer.from('10000000'.padEnd(32, '0'), 'hex'));
    expect(info.payload.toString('hex')).toBe('10000000030000000900000005000000');
    const region = Buffer.alloc(32);
    region.writeUInt32LE(32, 0);
    expect(client.request(Command.DEVICE_GET_REGION_INFO, region).payload.toString('hex')).toBe(
      '20000000030000000000000000000000' + '00000400000000000000000000000000',
    );
    const irq = Buffer.alloc(16);
    irq.writeUInt32LE(16, 0);
    irq.writeUInt32LE(2, 8);
    expect(client.request(Command.DEVICE_GET_IRQ_INFO, irq).payload.toString('hex')).toBe(
      '10000000010000000200000010000000',
    );
    expect(client.read(7, 0, 4096)).toHaveLength(4096);
    expect(client.read32(7, 0)).toBe(0xff8013b5);
    client.close();
  });

  test('copies, sums and fills through its maps, one interrupt each', async () => {
    const client = Client.open(socket(1));
    const memory = makeGuestMemory(16 * MiB);
    expect(client.map(0x4000_0000n, BigInt(16 * MiB), READ | WRITE, memory.fd)).toBe(0);
    const eventfds = client.enable(8);
    for (let at = 0; at < 4096; at++) memory.bytes[at] = at * 3;
    for (let frame = 0; frame < 16; frame++) {
      const to = 0x4010_0000n + BigInt(frame * 4096);
      client.launch(frame, Cmd.MEMCPY, { begin: 0x4000_0000n, size: 4096n, to, vector: frame % 8 });
      expect(client.result(frame)).toBe(Cmd.HALTED);
      const copy = memory.bytes.subarray(MiB + frame * 4096, MiB + (frame + 1) * 4096);
      expect(Buffer.compare(copy, memory.bytes.subarray(0, 4096))).toBe(0);
    }
    expect(eventfds.map((fd) => takeEvents(fd))).toEqual(new Array(8).fill(2));

    memory.bytes.fill(1, 0, 4096);
    client.launch(0, Cmd.SUM64, { begin: 0x4000_0000n, size: 4096n });
    expect(client.result(0)).toBe(Cmd.HALTED);
    expect(client.read(0, 0x48, 8).readBigUInt64LE()).toBe(BigInt.asUintN(64, 0x0101010101010101n * 512n));

    client.launch(1, Cmd.RAND48, { begin: 0x4000_2000n, size: 8n, seed: 0x4000_2000 });
    expect(client.result(1)).toBe(Cmd.HALTED);
    expect(Buffer.from(memory.bytes.subarray(0x2000, 0x2008)).toString('hex')).toBe('6e0ad069ba480bea');
    expect((await server.stats())['engine-1']).toMatchObject({
      launched: 18,
      transactions: 18,
      errors: 0,
      interrupts: 16,
    });
    client.close();
  });

  test('sees a misconfiguration at the read right after the launch, without interrupt', () => {
    const client = Client.open(socket(1));
    const [eventfd = -1] = client.enable(1);
    client.launch(0, Cmd.SUM64, { begin: 0x1001n, size: 8n, vector: 0 });
    expect(client.read32(0, 0)).toBe(Cmd.FRAME_MISCONFIGURED);
    expect(takeEvents(eventfd, 50)).toBe(0);
    client.close();
  });

  test('gets the faulting address of the side that faulted', () => {
    const client = Client.open(socket(1));
    const memory = makeGuestMemory(MiB);
    client.map(0x10000n, 0x10000n, READ | WRITE, memory.fd);
    client.map(0x20000n, 0x10000n, READ, memory.fd, 0x10000n);
    client.enable(1);
    client.launch(0, Cmd.MEMCPY, { begin: 0x10000n, size: 0x1000n, to: 0x1f800n });
    expect(client.result(0)).toBe(Cmd.ERROR);
    expect(client.read(0, 0x50, 8).readBigUInt64LE()).toBe(0x20000n);
    client.launch(0, Cmd.MEMCPY, { begin: 0x2ff00n, size: 0x200n, to: 0x10000n });
    client.serveUntil(() => client.read32(0, 0) === Cmd.ERROR);
    expect(client.read(0, 0x50, 8).readBigUInt64LE()).toBe(0x30000n);
    client.close();
  });

  test('reaches memory by messages where there is no map, and registers meanwhile', async () => {
    const client = Client.open(socket(1));
    const memory = makeGuestMemory(MiB);
    client.map(0n, 0x10000n, READ | WRITE, memory.fd);
    client.enable(1);
    const far = Buffer.alloc(0x3000, 0x5a);
    client.onDma = (command, address, data, count) => {
      const at = Number(address - 0x8000_0000n);
      if (at < 0 || at + count > far.length) return null;
      if (command === Command.DMA_READ) return Buffer.from(far.subarray(at, at + count));
      far.set(data, at);
      return true;
    };
    client.launch(0, Cmd.MEMCPY, { begin: 0x8000_0800n, size: 0x2000n, to: 0x1000n });
    client.serveUntil(() => client.read32(0, 0) === Cmd.HALTED);
    expect(Buffer.from(memory.bytes.subarray(0x1000, 0x3000)).equals(Buffer.alloc(0x2000, 0x5a))).toBe(true);
    client.launch(0, Cmd.RAND48, { begin: 0x8000_0000n, size: 0x1000n, seed: 0x8000_0000 });
    client.serveUntil(() => client.read32(0, 0) === Cmd.HALTED);
    expect(far.subarray(0, 8).toString('hex')).toBe('6e0ad069ba480bea');
    expect((await server.stats())['engine-1']?.remoteTransfers).toBe(4);
    client.close();
  });

  test('may let engines launch one another: P2P as the vendor does it, with three interrupts at its end', () => {
    const client = Client.open(socket(1));
    const memory = makeGuestMemory(MiB);
    client.map(0n, BigInt(MiB), READ | WRITE, memory.fd);
    const [first = -1, second = -1] = client.enable(2);
    const frames = 0xfee0_0000n;
    // Each frame copies its own eight bytes into the command register of the other.
    memory.bytes[0x1000] = Cmd.MEMCPY;
    memory.bytes[0x2000] = Cmd.RAND48;
    client.launch(1, Cmd.HALTED, { begin: 0x2000n, size: 8n, to: frames, vector: 1 });
    const eventsBeforeEnd: number[] = [];
    client.onDma = (command, address, data) => {
      expect(command).toBe(Command.DMA_WRITE);
      client.post(0, Number(address - frames), data);
      eventsBeforeEnd.push(takeEvents(first, 20), takeEvents(second, 20));
      return true;
    };
    client.launch(0, Cmd.MEMCPY, { begin: 0x1000n, size: 8n, to: frames + 128n, vector: 0 });
    client.serveUntil(() => client.read32(0, 0x0c) === 2);
    expect(eventsBeforeEnd).toEqual([0, 0, 0, 0]);
    expect([takeEvents(first), takeEvents(second)]).toEqual([2, 1]);
    expect([client.read32(0, 0), client.read32(0, 128)]).toEqual([Cmd.HALTED, Cmd.HALTED]);
    expect(Buffer.from(memory.bytes.subarray(0x1000, 0x1008)).toString('hex')).toBe('6e0ad069ba480bea');
    client.close();
  });

  test('who never answers one request keeps that frame busy and no other', async () => {
    const client = Client.open(socket(1));
    const memory = makeGuestMemory(MiB);
    client.map(0n, BigInt(MiB), READ | WRITE, memory.fd);
    client.enable(1);
    const lost = 0x1_0000_0000n;
    client.onDma = (_command, address) => (address === lost ? 'silence' : Buffer.alloc(8, 3));
    client.launch(0, Cmd.SUM64, { begin: lost, size: 8n });
    client.launch(1, Cmd.SUM64, { begin: lost + 0x1000n, size: 8n });
    client.launch(2, Cmd.MEMCPY, { begin: 0n, size: 4096n, to: 0x1000n });
    const started = performance.now();
    client.serveUntil(() => client.read32(0, 128) === Cmd.HALTED && client.read32(0, 256) === Cmd.HALTED);
    expect(performance.now() - started).toBeLessThan(2000);
    expect(client.read32(0, 0)).toBe(Cmd.SUM64);
    expect((await server.stats())['engine-1']).toMatchObject({ transactions: 2, errors: 0 });
    client.close();
  });

  test('who never answers DMA can have the device reset, and holds up no other device', () => {
    const client = Client.open(socket(1));
    client.enable(1);
    client.launch(0, Cmd.SUM64, { begin: 0x1000n, size: 8n });
    expect(client.read32(0, 0)).toBe(Cmd.SUM64);
    const other = Client.open(socket(2));
    expect(other.read32(7, 0)).toBe(0xff8013b5);
    expect(client.request(Command.DEVICE_RESET, Buffer.alloc(0)).error).toBe(0);
    expect(client.read32(0, 0)).toBe(Cmd.HALTED);
    client.close();
    other.close();
  });

  test('with memory that may shrink is served by messages, never by a mapping', async () => {
    const client = Client.open(socket(1));
    const memory = makeGuestMemory(MiB, { sealed: false });
    expect(client.map(0n, 0x10000n, READ | WRITE, memory.fd)).toBe(0);
    client.enable(1);
    client.onDma = () => Buffer.alloc(8, 2);
    client.launch(0, Cmd.SUM64, { begin: 0n, size: 8n });
    client.serveUntil(() => client.read32(0, 0) === Cmd.HALTED);
    expect(client.read(0, 0x48, 8).toString('hex')).toBe('0202020202020202');
    client.close();
  });

  test('cannot use DMA without bus mastering', () => {
    const client = Client.open(socket(1));
    const memory = makeGuestMemory(MiB);
    client.map(0n, BigInt(MiB), READ | WRITE, memory.fd);
    client.launch(0, Cmd.SUM64, { begin: 0x1000n, size: 8n });
    expect(client.result(0)).toBe(Cmd.ERROR);
    expect(client.read(0, 0x50, 8).readBigUInt64LE()).toBe(0x1000n);
    client.close();
  });

  test.each(['FLR', 'DEVICE_RESET'])('gets a device as new after %s', (kind) => {
    const client = Client.open(socket(1));
    const memory = makeGuestMemory(MiB);
    client.map(0n, BigInt(MiB), READ | WRITE, memory.fd);
    client.enable(1);
    client.launch(0, Cmd.SUM64, { begin: 0x1004n, size: 8n });
    expect(client.read32(0, 0)).toBe(Cmd.FRAME_MISCONFIGURED);
    if (kind === 'FLR') client.post(7, 0x5c, Buffer.from([0, 0x80]));
    else client.request(Command.DEVICE_RESET, Buffer.alloc(0));
    expect([client.read32(0, 0), client.read32(0, 8), client.read32(7, 4)]).toEqual([
      Cmd.HALTED,
      0,
      0x00100000,
    ]);
    client.enable(1);
    client.launch(0, Cmd.SUM64, { begin: 0x1000n, size: 8n }); // maps stay
    expect(client.result(0)).toBe(Cmd.HALTED);
    client.close();
  });

  test('flags an interrupt for a vector that does not exist, holds one that is not connected', () => {
    const client = Client.open(socket(1));
    const memory = makeGuestMemory(MiB);
    client.map(0n, BigInt(MiB), READ | WRITE, memory.fd);
    client.enable(1);
    client.launch(0, Cmd.SUM64, { begin: 0n, size: 8n, vector: 16 });
    expect(client.result(0)).toBe(Cmd.HALTED);
    expect(client.read32(0, 4)).toBe(1);
    client.launch(0, Cmd.SUM64, { begin: 0n, size: 8n, vector: 5 });
    expect(client.result(0)).toBe(Cmd.HALTED);
    expect([client.read32(0, 4), client.read32(4, 0)]).toEqual([0, 1 << 5]);
    client.close();
  });

  test('leaves, and the next one finds nothing of it', async () => {
    const before = serverFds();
    const first = Client.open(socket(1));
    const memory = makeGuestMemory(MiB);
    first.map(0n, BigInt(MiB), READ | WRITE, memory.fd);
    first.enable(16);
    first.write32(0, 0x24, 77);
    expect(first.read32(0, 0x24)).toBe(77);
    first.close();
    await until(() => disconnects.length === 1);
    expect(disconnects).toEqual([['engine-1', 'client closed']]);
    expect(serverFds()).toBe(before);
    const second = Client.open(socket(1));
    expect(second.read32(0, 0x24)).toBe(0);
    expect((await server.stats())['engine-1']?.dmaMaps).toBe(0);
    second.close();
  });
});

describe('a hostile client', () => {
  /** The other device's client goes on whatever the hostile one does. */
  function expectServing(): void {
    const client = Client.open(socket(2));
    expect(client.read32(7, 0)).toBe(0xff8013b5);
    client.close();
  }

  test('gets an error for each access out of range or misaligned', () => {
    const client = Client.open(socket(1));
    const bad: [number, bigint, number][] = [
      [0, 0x40000n, 4],
      [0, 0x3fffcn, 8],
      [0, (1n << 64n) - 4n, 8],
      [0, 2n, 4],
      [0, 0n, 3],
      [0, 0n, 0],
      [0, 0n, 0xffffffff],
      [1, 0n, 4],
      [7, 4096n, 1],
      [7, 1n, 4096],
      [8, 0n, 1],
      [0xffffffff, 0n, 4],
    ];
    for (const [region, offset, count] of bad) {
      expect(client.request(Command.REGION_READ, access(region, offset, count)).error).toBe(22);
      const data = Buffer.alloc(Math.min(count, 64));
      const write = Buffer.concat([access(region, offset, count), data]);
      expect(client.request(Command.REGION_WRITE, write).error).toBe(22);
    }
    expect(
      client.request(Command.REGION_WRITE, Buffer.concat([access(0, 0n, 4), Buffer.alloc(8)])).error,
    ).toBe(22);
    expect(client.request(777, Buffer.alloc(3)).error).toBe(22);
    expect(client.request(Command.DEVICE_GET_REGION_IO_FDS, Buffer.alloc(16)).error).toBe(95);
    expect(client.read32(7, 0)).toBe(0xff8013b5);
    client.close();
  });

  test('gets an error for absurd maps and interrupts', () => {
    const client = Client.open(socket(1));
    const memory = makeGuestMemory(0x10000);
    expect(client.map(0n, 0x11000n, READ, memory.fd)).toBe(22); // beyond the file
    expect(client.map(0n, 0x1000n, READ, memory.fd, 0x10000n)).toBe(22);
    expect(client.map(0n, 0x1000n, READ, memory.fd, (1n << 64n) - 0x1000n)).toBe(22);
    expect(client.map(0n, 0x1000n, 4)).toBe(22);
    expect(client.map((1n << 64n) - 0x1000n, 0x2000n, READ)).toBe(22);
    expect(client.map(0n, 0x2000n, READ, memory.fd)).toBe(0);
    expect(client.map(0x1000n, 0x2000n, READ, memory.fd)).toBe(17);
    expect(client.unmap(0x1000n, 0x1000n).error).toBe(22);
    expect(client.unmap(0n, 1n, 2).error).toBe(22);
    expect(client.unmap(0n, 0n, 2).error).toBe(0);

    expect(client.setIrqs(0x24, 16, 1)).toBe(22);
    expect(client.setIrqs(0x24, 0xffffffff, 0xffffffff)).toBe(22);
    expect(client.setIrqs(0x24, 0, 2, [memory.fd])).toBe(22);
    expect(client.setIrqs(0x24, 0, 1, [memory.fd])).toBe(22); // no eventfd
    expect(client.setIrqs(0x22, 0, 16)).toBe(22); // flags announced, none sent
    expect(client.setIrqs(0x3f, 0, 1)).toBe(22);
    expect(client.setIrqs(0x21, 0, 1, [], 9)).toBe(22);
    expect(client.setIrqs(0x21, 0, 0)).toBe(0);
    client.close();
  });

  test('loses the descriptors it sends to where none belong', async () => {
    const client = Client.open(socket(1));
    const before = serverFds();
    const memory = makeGuestMemory(0x10000);
    for (let round = 0; round < 20; round++) {
      client.request(Command.REGION_READ, access(7, 0n, 4), new Array(16).fill(memory.fd));
      client.map(0n, 0x1000n, READ, memory.fd, 1n);
      client.request(Command.DMA_MAP, Buffer.alloc(32), [memory.fd, memory.fd]);
    }
    expect(serverFds()).toBe(before);
    client.close();
  });

  test.each([
    [
      'too many descriptors',
      (client: Client, fd: number) => {
        client.sendRaw(client.message(Command.REGION_READ, access(7, 0n, 4)), new Array(32).fill(fd));
      },
    ],
    [
      'descriptors for a message that never ends',
      (client: Client, fd: number) => {
        for (let byte = 0; byte < 15; byte++) client.sendRaw(Buffer.alloc(1), new Array(16).fill(fd));
      },
    ],
    [
      'an impossible size',
      (client: Client) => {
        const message = client.message(Command.REGION_READ, Buffer.alloc(0));
        message.writeUInt32LE(0x7fffffff, 4);
        client.sendRaw(message);
      },
    ],
    [
      'a second VERSION',
      (client: Client) => {
        client.sendRaw(client.message(Command.VERSION, Buffer.alloc(4)));
      },
    ],
  ])('is disconnected for %s, with one line that says why', async (_name, act) => {
    const before = serverFds();
    const client = Client.open(socket(1));
    const memory = makeGuestMemory(0x10000);
    act(client, memory.fd);
    expect(client.receive()).toBeNull();
    client.close();
    await until(
      () => disconnects.length === 1 && log.filter((line) => line.includes('disconnected')).length === 1,
    );
    expect(disconnects[0]?.[1]).toMatch(/descriptors|size|second time/);
    expectServing();
    await until(() => serverFds() === before);
  });

  test('that does not read its replies holds up itself alone', async () => {
    const client = Client.open(socket(1));
    const requests = Buffer.concat(
      Array.from({ length: 500 }, () => client.message(Command.REGION_READ, access(7, 0n, 4096))),
    );
    // Far more replies than the socket takes; the server must stop taking requests.
    setNonBlocking(client.fd);
    let sent = 0;
    for (let round = 0; round < 200; round++) {
      const count = client.sendRaw(requests);
      if (count < 0) break;
      sent += count;
      if (count < requests.length) break;
    }
    expectServing();
    // It took some, and then no more, though there were more.
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(200 * requests.length);
    expect((await server.stats())['engine-1']?.connected).toBe(true);
    client.close();
    await until(() => disconnects.some(([id]) => id === 'engine-1'));
  });

  test('cannot have a device another has', async () => {
    const first = Client.open(socket(1));
    const second = new Client(socket(1));
    expect(second.receive()).toBeNull();
    expect(first.read32(7, 0)).toBe(0xff8013b5);
    await until(() => log.some((line) => line.includes('second client')));
    first.close();
    second.close();
  });

  test('cannot keep others waiting with an endless command', () => {
    const client = Client.open(socket(1));
    const memory = makeGuestMemory(64 * MiB);
    client.map(0n, BigInt(64 * MiB), READ | WRITE, memory.fd);
    client.enable(1);
    for (let frame = 0; frame < 64; frame++)
      client.launch(frame, Cmd.RAND48, { begin: 0n, size: BigInt(64 * MiB) });
    const started = performance.now();
    expectServing();
    // A client gives a device up after 5 s.
    expect(performance.now() - started).toBeLessThan(2000);
    client.close();
  });
});

describe('the process', () => {
  test('adds, drops and removes devices on request', async () => {
    const id = await server.addDevice({ socket: socket(3), options: { vectors: 2048 } });
    expect(id).toBe('engine-3');
    const client = Client.open(socket(3));
    expect(client.read(7, 0x4a, 2).readUInt16LE()).toBe(2047);
    await server.dropConnection(id);
    expect(client.receive()).toBeNull();
    client.close();
    Client.open(socket(3)).close();
    await server.removeDevice(id);
    expect(existsSync(socket(3))).toBe(false);
    await expect(server.removeDevice(id)).rejects.toThrow('no device engine-3');
    await expect(server.addDevice({ id: 'engine-1', socket: socket(4) })).rejects.toThrow('exists already');
  });

  test('replaces a stale socket, never a live one or a file; sockets are for their owner', async () => {
    expect(statSync(socket(1)).mode & 0o777).toBe(0o600);
    await expect(server.addDevice({ socket: socket(1) })).rejects.toThrow('in use');
    writeFileSync(socket(4), 'precious');
    await expect(server.addDevice({ socket: socket(4) })).rejects.toThrow('is no socket');
    await expect(server.addDevice({ socket: join(folder, 'x'.repeat(100)) })).rejects.toThrow(
      /107 is the most/,
    );
    await expect(server.addDevice({ socket: join(folder, 'none', 'x') })).rejects.toThrow('ENOENT');
    // A socket whose server was killed.
    const child = await EngineServer.start({ entry: program.path, devices: [{ socket: socket(5) }] });
    process.kill(child.pid ?? 0, 'SIGKILL');
    expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(existsSync(socket(5))).toBe(true);
    await server.addDevice({ socket: socket(5) });
    Client.open(socket(5)).close();
  });

  test('ends with its control channel and takes its sockets along', async () => {
    expect(await server.stop()).toEqual({ code: 0, signal: null });
    expect(readdirSync(folder)).toEqual([]);
    await expect(server.stats()).rejects.toThrow('has ended');
  });

  test('says why it did not start', async () => {
    const taken = createServer().listen(join(folder, 'taken'));
    await new Promise((resolve) => taken.once('listening', resolve));
    chmodSync(join(folder, 'taken'), 0o700);
    await expect(
      EngineServer.start({ entry: program.path, devices: [{ socket: join(folder, 'taken') }] }),
    ).rejects.toThrow(/taken is in use by another server/);
    taken.close();
    await expect(EngineServer.start({ entry: join(folder, 'missing.js') })).rejects.toThrow(
      /ended \(exit code 1\)/,
    );
    await expect(
      EngineServer.start({ entry: program.path, execPath: join(folder, 'no-node') }),
    ).rejects.toThrow(/could not be started/);
  });

  test('carries the environment it is given', async () => {
    const child = await EngineServer.start({ entry: program.path, env: { ...process.env, MARK: 'run-1' } });
    expect(readFileSync(`/proc/${child.pid}/environ`, 'utf8')).toContain('MARK=run-1');
    await child.stop();
  });

  test('does not keep what clients gave it', async () => {
    const before = serverFds();
    for (let round = 0; round < 5; round++) {
      const client = Client.open(socket(1));
      const memory = makeGuestMemory(MiB);
      client.map(0n, BigInt(MiB), READ | WRITE, memory.fd);
      client.enable(16);
      client.launch(0, Cmd.SUM64, { begin: 0n, size: 8n });
      client.result(0);
      client.close();
      closeFd(memory.fd);
    }
    await until(() => disconnects.length === 5);
    expect(serverFds()).toBe(before);
  });
});
