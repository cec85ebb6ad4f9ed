import type { RunEvent } from '@coordinator/shared/event';
import { makeTest, sampleEvents } from '@coordinator/shared/testing';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { type FrameOf, frameSchema, SUBPROTOCOL, TOKEN_SUBPROTOCOL } from '../protocol/index.ts';
import { sentEvents } from '../testing/stress-events.ts';
import { TestClient } from '../testing/test-client.ts';
import { TestServers } from '../testing/test-server.ts';
import { OwnRun } from './own-run.ts';
import { MAX_CLIENTS, PageServer } from './page-server.ts';

const servers = new TestServers();
const serve = (host?: string, token?: string) => servers.start(host, token);
afterAll(() => servers.remove());

const clients: TestClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.terminate();
  await servers.stop();
});

function enter(url: string, options?: ConstructorParameters<typeof TestClient>[1]): TestClient {
  const client = new TestClient(url, options);
  clients.push(client);
  return client;
}

const eventsOf = (client: TestClient): RunEvent[] =>
  client.frames
    .filter((one): one is FrameOf<'events'> => one.type === 'events')
    .flatMap(({ events }) => events);

describe('who listens', () => {
  it('is told all from the start, whenever it comes, by frames that fit the schema', async () => {
    const { source, url } = await serve();
    const early = enter(url);
    await early.frame('hello', ({ live }) => live === null);
    for (const event of sampleEvents.slice(0, 20)) source.onEvent(event);
    await early.frame('hello', ({ live }) => live !== null);
    early.send({ type: 'watch', run: 'latest' });
    await early.frame('state');
    for (const event of sampleEvents.slice(20)) source.onEvent(event);
    await early.frame('state', ({ state }) => state === 'ended');
    const late = enter(url);
    await late.opened();
    late.send({ type: 'watch', run: '20261122-184500-x7q2' });
    await late.frame('state', ({ state }) => state === 'ended');
    expect(eventsOf(early)).toEqual(sentEvents);
    expect(eventsOf(late)).toEqual(sentEvents);
    for (const frame of [...early.frames, ...late.frames])
      expect(frameSchema.safeParse(frame).error).toBeUndefined();
    late.send({ type: 'runs' });
    const { runs } = await late.frame('runs');
    expect(runs).toMatchObject([
      { run: '20261122-184500-x7q2', state: 'ended', outcome: 'error', guests: 5 },
    ]);
  });

  it('is not a page of somebody else, nor one without the token', async () => {
    const { url } = await serve();
    expect(await enter(url, { headers: { origin: 'http://attacker.example' } }).opened()).toBe(403);
    expect(await enter(url, { headers: { origin: new URL(url).origin } }).opened()).toBe(101);
    expect(await enter(url, { protocols: ['other'] }).opened()).toBe(400);
    const { server, url: guarded } = await serve('0.0.0.0');
    const token = server.url.split('#token=')[1] ?? '';
    expect(token).toMatch(/^[\w-]{32}$/);
    expect(await enter(guarded).opened()).toBe(401);
    expect(await enter(guarded, { protocols: [SUBPROTOCOL, `${TOKEN_SUBPROTOCOL}${token}`] }).opened()).toBe(
      101,
    );
  });

  it('is asked for a token here too, if one was chosen, and not for one that can be guessed', async () => {
    const { url } = await serve('127.0.0.1', 'a-token-of-my-own');
    expect(await enter(url).opened()).toBe(401);
    await expect(serve('127.0.0.1', 'short')).rejects.toMatchObject({ exitCode: 2 });
  });

  it.each<[string, string | Buffer, number]>([
    ['too large', 'x'.repeat(5000), 1009],
    ['not JSON', '{', 1003],
    ['no request', '{"type":"stop"}', 1003],
    ['a request with more in it', '{"type":"unwatch","run":"x"}', 1003],
    ['binary', Buffer.of(0xdd, 0xff, 0xff, 0xff, 0xff), 1003],
    ['not UTF-8', Buffer.from('{"type":"runs"}\xff', 'latin1'), 1003],
  ])('is sent away when what it says is %s', async (_, message, code) => {
    const { server, url } = await serve();
    const client = enter(url);
    await client.opened();
    client.socket.send(message);
    expect(await client.closed()).toBe(code);
    await expect.poll(() => server.clients.size).toBe(0);
  });

  it('is sent away when it asks without end', async () => {
    const { url } = await serve();
    const client = enter(url);
    await client.opened();
    for (let n = 0; n < 100; n++) client.send({ type: 'runs' });
    expect(await client.closed()).toBe(1008);
  });

  it('is told what cannot be', async () => {
    const { url, source } = await serve();
    const client = enter(url);
    await client.opened();
    for (const event of sampleEvents) source.onEvent(event);
    client.send({ type: 'watch', run: '../../etc' });
    expect((await client.frame('problem')).text).toContain('alone');
  });

  it('are so many and no more', async () => {
    const { url } = await serve();
    const all = Array.from({ length: MAX_CLIENTS }, () => enter(url));
    for (const client of all) expect(await client.opened()).toBe(101);
    expect(await enter(url).opened()).toBe(503);
  });
});

describe('a client that never reads', () => {
  it('costs no more than a message or two, and slows nobody', async () => {
    const { server, source, url } = await serve();
    const [start] = sampleEvents;
    if (start) source.onEvent(start);
    const deaf = enter(url);
    await deaf.opened();
    deaf.send({ type: 'watch', run: 'latest' });
    await deaf.frame('state');
    deaf.socket.pause();
    const reader = enter(url);
    await reader.opened();
    reader.send({ type: 'watch', run: 'latest' });
    await reader.frame('state');
    // 24 MiB, more than the system holds for a connection.
    const test = makeTest('memcpy/0x100', { output: 'x'.repeat(8000) });
    let largest = 0;
    for (let n = 1; n <= 3000; n++) {
      source.onEvent({ type: 'guest-test', at_ms: n, guest: 'guest-1', test });
      if (n % 100 > 0) continue;
      await reader.frame('events', ({ events }) => events.some(({ at_ms }) => at_ms === n));
      for (const client of server.clients) largest = Math.max(largest, client.waitingBytes);
    }
    expect(largest).toBeGreaterThan(2 ** 20);
    expect(largest).toBeLessThan(2 * 2 ** 20);
    // When it reads again, it is told all of it.
    deaf.socket.resume();
    await deaf.frame('events', ({ events }) => events.some(({ at_ms }) => at_ms === 3000));
    expect(eventsOf(deaf).filter(({ type }) => type === 'guest-test')).toHaveLength(3000);
  });
});

describe('the end', () => {
  it('is told to those who listen before they are left', async () => {
    const { server, source, url } = await serve();
    const client = enter(url);
    await client.opened();
    for (const event of sampleEvents.slice(0, -1)) source.onEvent(event);
    client.send({ type: 'watch', run: 'latest' });
    await client.frame('state');
    const [end] = sampleEvents.slice(-1);
    if (end) source.onEvent(end);
    const closed = client.closed();
    await server.close(2000);
    expect(await closed).toBe(1001);
    expect(client.frames.at(-1)).toMatchObject({ type: 'state', state: 'ended' });
  });

  it('comes at once where the port is taken', async () => {
    const { url } = await serve();
    const address = { host: '127.0.0.1', port: Number(new URL(url).port) };
    const source = new OwnRun(servers.folder, () => {});
    const second = PageServer.open({ address, assets: servers.folder, source, coordinator: '0.1.0' });
    await expect(second).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringContaining('listens there'),
    });
  });
});
