import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeGuestMemory, takeEvents } from '@coordinator/vfio-user/testing';
import { useProgram } from '@coordinator/vfio-user/testing/program';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Cmd } from './frame/layout.ts';
import { EngineServer } from './server.ts';
import { EngineClient as Client } from './testing/engine-client.ts';

// Defects as they are served: by name, with real time and real memory files.

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

const PAGE = 0x1000n;
const READ_WRITE = 3;

const program = useProgram(new URL('./server-process.ts', import.meta.url), 'server-defects.spec');
let folder: string;
let server: EngineServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'engine-'));
  server = await EngineServer.start({ entry: program.path });
});

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Adds a device with `defect`; returns its socket. */
async function serve(defect: string): Promise<string> {
  const socket = join(folder, defect);
  await server.addDevice({ socket, options: { defect } });
  return socket;
}

test('an unknown one is refused, with the names of those there are', async () => {
  const socket = join(folder, 'none');
  await expect(server.addDevice({ socket, options: { defect: 'memcpy' } })).rejects.toThrow(
    /defect "memcpy" is none of memcpy-nothing, .*bus-master-ignored/,
  );
  await expect(
    EngineServer.start({ entry: program.path, devices: [{ socket, options: { defect: '' } }] }),
  ).rejects.toThrow(/defect "" is none of memcpy-nothing/);
});

test('what is put off happens in its time, also when nothing else does', async () => {
  const client = Client.open(await serve('data-late'));
  const memory = makeGuestMemory(0x10000);
  client.map(0n, 0x10000n, READ_WRITE, memory.fd);
  const [eventfd = -1] = client.enable(1);
  memory.bytes.fill(5, 0, 4096);
  client.launch(0, Cmd.MEMCPY, { begin: 0n, size: PAGE, to: 0x4000n, vector: 0 });
  expect(takeEvents(eventfd)).toBe(1);
  expect(memory.bytes[0x4000]).toBe(0);
  await vi.waitFor(() => expect(memory.bytes[0x4fff]).toBe(5), { timeout: 5000, interval: 10 });
  client.close();
});

test('an interrupt put off goes out by itself', async () => {
  const client = Client.open(await serve('msi-twice'));
  const memory = makeGuestMemory(0x10000);
  client.map(0n, 0x10000n, READ_WRITE, memory.fd);
  const [eventfd = -1] = client.enable(1);
  client.launch(0, Cmd.SUM64, { begin: 0n, size: PAGE, vector: 0 });
  // Both in one count, if this process was slow to look.
  const first = takeEvents(eventfd);
  expect(first === 2 ? first : first + takeEvents(eventfd)).toBe(2);
  expect(takeEvents(eventfd, 50)).toBe(0);
  client.close();
});

test('memory kept within reach after its unmap is let go with the client', async () => {
  const socket = await serve('iotlb-stale');
  const before = readdirSync(`/proc/${server.pid}/fd`).length;
  const client = Client.open(socket);
  const memory = makeGuestMemory(0x10000);
  client.map(0n, PAGE, READ_WRITE, memory.fd);
  client.map(0x8000_0000n, PAGE, READ_WRITE, memory.fd, 0x8000n);
  client.enable(1);
  expect(client.unmap(0x8000_0000n, PAGE).error).toBe(0);
  memory.bytes.fill(7, 0, 8);
  client.launch(0, Cmd.MEMCPY, { begin: 0n, size: 8n, to: 0x8000_0000n });
  expect(client.result(0)).toBe(Cmd.HALTED);
  expect(memory.bytes[0x8007]).toBe(7);
  client.close();
  // Fewer, if the client of the test before was still being closed when they were counted.
  await vi.waitFor(() => expect(readdirSync(`/proc/${server.pid}/fd`).length).toBeLessThanOrEqual(before));
});
