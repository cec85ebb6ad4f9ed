import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DeviceServer } from '../device-server/device-server.ts';
import { Client, makeGuestMemory, takeEvents } from '../testing/client.ts';
import { useProgram } from '../testing/use-program.ts';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

const program = useProgram(new URL('../testing/server-program.ts', import.meta.url), 'serve-process.spec');
let folder: string;
let server: DeviceServer;
const log: string[] = [];
const socket = (name: string) => join(folder, name);

beforeEach(async () => {
  log.length = 0;
  folder = mkdtempSync(join(tmpdir(), 'vfio-user-'));
  server = await DeviceServer.start({
    entry: program.path,
    devices: [{ socket: socket('first') }],
    log: (line) => log.push(line),
  });
});

afterEach(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('a device reads the memory it is given, tells by MSI-X, and counts', async () => {
  const client = Client.open(socket('first'));
  const memory = makeGuestMemory(0x10000);
  expect(client.map(0x8000_0000n, 0x10000n, 3, memory.fd)).toBe(0);
  const [eventfd = -1] = client.enable(1);
  memory.bytes.set([1, 2, 3, 4, 5, 6, 7, 8], 0x1230);
  client.write64(0, 0x28, 0x8000_1230n);
  client.write32(0, 0, 1);
  expect(takeEvents(eventfd)).toBe(1);
  expect(client.read(0, 0x30, 8).toString('hex')).toBe('0102030405060708');
  expect((await server.stats())['device-1']).toEqual({
    ...{ transactions: 1, errors: 0, interrupts: 1, registerReads: 1, registerWrites: 2 },
    ...{ remoteTransfers: 0, resets: 0, connected: true, dmaMaps: 1, refused: 0 },
  });
  client.close();
});

test('what the factory says is wrong with the options comes back to who asked', async () => {
  const asked = { socket: socket('refused'), options: 'nonsense' };
  await expect(server.addDevice(asked)).rejects.toThrow('device server: options name no fault');
  expect(existsSync(socket('refused'))).toBe(false);
  await expect(DeviceServer.start({ entry: program.path, devices: [asked] })).rejects.toThrow(
    /the device server ended \(exit code 1\): test server: options name no fault/,
  );
});

test.each(['write', 'step', 'runnable'])(
  'a device that throws in %s loses its client, and no other does',
  async (fails) => {
    const lost: [string, string][] = [];
    server.on('disconnected', (id, reason) => lost.push([id, reason]));
    const healthy = Client.open(socket('first'));
    await server.addDevice({ id: fails, socket: socket(fails), options: { fails } });
    const client = Client.open(socket(fails));
    client.write32(0, 0, 1);
    expect(client.receive()).toBeNull();
    await vi.waitFor(() => expect(lost).toEqual([[fails, `${fails} failed`]]));
    // As after power-on for the next one.
    expect(Client.open(socket(fails)).read32(7, 0)).toBe(0x0001_1234);
    expect(healthy.read32(7, 0)).toBe(0x0001_1234);
    server.removeAllListeners('disconnected');
    await server.removeDevice(fails);
    healthy.close();
  },
);

test('one whose reset throws is let go all the same', async () => {
  await server.addDevice({ id: 'reset', socket: socket('reset'), options: { fails: 'reset' } });
  const client = Client.open(socket('reset'));
  client.write32(0, 0, 1);
  expect(client.read32(7, 0)).toBe(0x0001_1234);
  client.close();
  await vi.waitFor(() => expect(log).toContain('reset: reset of the device: reset failed'));
  const healthy = Client.open(socket('first'));
  expect(healthy.read32(7, 0)).toBe(0x0001_1234);
  healthy.close();
});
