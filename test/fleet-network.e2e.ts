import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FleetClient, keys } from '@coordinator/fleet';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Coordinator, RunsFolder, reportOf, until } from './support/coordinator.ts';
import { type Links, makeLinks } from './support/fleet/links.ts';
import { eventsOf, expectCountedOnce, guestsStarted, hostsOf, untilAsync } from './support/fleet/observe.ts';
import { OwnServer } from './support/fleet/own-server.ts';
import { buildSimulatedWorker, SimulatedWorker } from './support/fleet/simulated-fleet.ts';

/**
 * Hosts in networks of their own, and a server as the documentation has it. Guests are simulated: what is tested is what becomes
 * of them when hosts, links and the server break.
 */

const root = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'fleet-'));
const hold = join(folder, 'hold');
const runs = new RunsFolder();
const names = ['a', 'b', 'c'];
const password = 'of-the-fleet';
const key = '0123456789abcdef0123456789abcdef';
process.env['COORDINATOR_QUEUE_PASSWORD'] = password;
process.env['COORDINATOR_FLEET_KEY'] = key;

let port = 0;
let links: Links;
let whyNoNetworks: string | null;
let server: OwnServer;
let client: FleetClient;
let workers: SimulatedWorker[] = [];

beforeAll(async () => {
  await buildSimulatedWorker(root);
  port = await freePort();
  ({ links, whyNoNetworks } = await makeLinks(names, port));
  const lines = [`port ${port}`, 'bind 0.0.0.0', 'protected-mode no'];
  server = await OwnServer.start({ lines, password, launcher: links.hub });
  client = server.connect();
});
beforeEach(async () => {
  runs.renew();
  writeFileSync(hold, '');
  workers = names.map((name) => {
    const { launcher, at } = links.of(name);
    return new SimulatedWorker({
      root,
      name,
      url: `redis://fleet@${at}`,
      key,
      password,
      hold,
      launcher,
      room: 12,
    });
  });
  await untilAsync('the workers', async () => (await client.hlen(keys.hosts)) === names.length);
});
afterEach(async () => {
  release();
  await Promise.all(workers.map((worker) => worker.end()));
  await client.del(keys.hosts);
  runs.remove();
});
afterAll(async () => {
  client.disconnect();
  await server.remove();
  links.close();
  rmSync(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const listener = createServer();
  await new Promise<void>((ready) => listener.listen(0, '127.0.0.1', ready));
  const address = listener.address();
  await new Promise((closed) => listener.close(closed));
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

const release = () => rmSync(hold, { force: true });

const queue = () => ['--queue', `redis://fleet@127.0.0.1:${port}`];

const startTest = (...args: string[]) =>
  new Coordinator(['test', '--runs', runs.path, '--reporter', 'json=-', ...queue(), ...args], {
    launcher: links.hub,
  });

/** Guests that a host says it has. */
async function guestsOn(host: string): Promise<number> {
  const sealed = (await client.hget(keys.hosts, host)) ?? '';
  return JSON.parse(sealed.slice(sealed.indexOf('.') + 1)).guests;
}

describe('a fleet over networks', () => {
  it('are of their own', ({ skip }) => {
    if (whyNoNetworks !== null) skip(`hosts are behind proxies here: ${whyNoNetworks}`);
    const seen = new Set(workers.map(({ network }) => network));
    expect(seen.size).toBe(names.length);
  });

  it('keeps what can be kept when the server is restarted, a host dies and one is cut off, and counts it once', async () => {
    const test = startTest('--guests', '12', '--retry', '1');
    await guestsStarted(runs, 12);

    await server.down();
    await server.up();

    const [dies] = workers;
    links.cut('b');
    const mended = sleep(60_000).then(() => links.mend('b'));
    await dies?.end('SIGKILL');
    await until('their guests to be lost', () => eventsOf(runs, 'guest-retry').length >= 8);
    // All are on the host that is left, and b still has its own.
    await guestsStarted(runs, 20);
    await mended;
    // It is heard again, and told to end them.
    await untilAsync('b to end its guests', async () => (await guestsOn('b')) === 0);
    release();

    const { ended, report } = reportOf(await test.ended);
    expect(ended.code, ended.told).toBe(0);
    expect(hostsOf(report)).toEqual(Array(12).fill('c'));
    const tries = report.guests.flatMap(({ attempts }) =>
      attempts.map(({ host, error_kind }) => [host, error_kind]),
    );
    expect(tries.sort()).toEqual([...Array(4).fill(['a', 'lost']), ...Array(4).fill(['b', 'lost'])]);
    expectCountedOnce(runs, report);
  });

  it('loses nothing of a host that was cut off for less than it takes to be lost', async () => {
    const test = startTest('--guests', '6', '--lost-after', '10m');
    await guestsStarted(runs, 6);
    links.cut('a');
    release();
    await until('the others', () => eventsOf(runs, 'guest-ended').length >= 4);
    expect(eventsOf(runs, 'guest-ended')).toHaveLength(4);
    links.mend('a');
    const { ended, report } = reportOf(await test.ended);
    expect(ended.code, ended.told).toBe(0);
    expect(hostsOf(report).sort()).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);
    expect(report.guests.every(({ attempts }) => attempts.length === 0)).toBe(true);
    expectCountedOnce(runs, report);
  });
});
