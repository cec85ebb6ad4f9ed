import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { PollEvent, Poller } from '../syscalls/index.ts';
import { access, Client, makeGuestMemory, takeEvents } from '../testing/client.ts';
import { useProgram } from '../testing/use-program.ts';
import { Command } from '../wire/protocol.ts';

// The example, as it is run by hand.

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

const program = useProgram(new URL('../../examples/checksum.js', import.meta.url), 'checksum');
let folder: string;
let socket: string;
let child: ChildProcess;
let said = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vfio-user-'));
  socket = join(folder, 'checksum');
  child = spawn(process.execPath, [program.path, socket], { stdio: ['ignore', 'inherit', 'pipe'] });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await vi.waitFor(() => expect(existsSync(socket)).toBe(true), { timeout: 10_000 });
});

afterAll(async () => {
  child.kill();
  rmSync(folder, { recursive: true, force: true });
});

test('sums mapped memory, and memory that only the client reaches, with an interrupt each', () => {
  const client = Client.open(socket);
  const memory = makeGuestMemory(0x10000);
  client.map(0n, 0x10000n, 1, memory.fd);
  const [eventfd = -1] = client.enable(1);
  memory.bytes.fill(2, 0xf000);
  client.write64(0, 0, 0xf000n);
  client.write32(0, 8, 0x2000);
  client.onDma = (_command, address, _data, count) => (address === 0x10000n ? Buffer.alloc(count, 1) : null);
  client.write32(0, 0x0c, 1);
  client.serveUntil(() => client.read32(0, 0x0c) !== 1);
  expect([client.read32(0, 0x0c), client.read32(0, 0x10), takeEvents(eventfd)]).toEqual([2, 0x3000, 1]);
  client.close();
});

test('tells of the address that was refused, and reads zeros where nothing is', () => {
  const client = Client.open(socket);
  client.enable(1);
  client.write64(0, 0, 0x5123n);
  client.write32(0, 8, 4);
  client.write32(0, 0x0c, 1);
  client.serveUntil(() => client.read32(0, 0x0c) === 3);
  expect([client.read32(0, 0x10), client.read32(0, 0xffc)]).toEqual([0x5123, 0]);
  client.close();
});

test('says who came and went, those too who left replies unread', async () => {
  const client = Client.open(socket);
  client.enable(1);
  client.sendRaw(client.message(Command.REGION_READ, access(0, 0n, 4)));
  const poller = new Poller();
  poller.add(client.fd, PollEvent.IN);
  expect(poller.wait(5000)).toBe(1);
  client.close();
  await vi.waitFor(() => expect(said.match(/"event":"disconnected"/g)).toHaveLength(3));
  expect(said.match(/"reason":"client closed"/g)).toHaveLength(3);
  expect(said.split('\n')[0]).toBe(`{"event":"listening","id":"device","socket":"${socket}"}`);
});

test('is in the README word for word', () => {
  const text = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  expect(text('README.md')).toContain(`\`\`\`js\n${text('examples/checksum.js')}\`\`\``);
});
