import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findInPath } from '@coordinator/base/programs';
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

beforeAll(() => buildSimulatedWorker(root));
beforeEach(() => runs.renew());
afterEach(() => runs.remove());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function freePort(): Promise<number> {
  const listener = createServer();
  await new Promise<void>((ready) => listener.listen(0, '127.0.0.1', ready));
  const address = listener.address();
  await new Promise((closed) => listener.close(closed));
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

describe('a fleet over networks', () => {
  let port = 0;
  let links: Links;
  let whyNoNetworks: string | null;
  let server: OwnServer;
  let client: FleetClient;
  let workers: SimulatedWorker[] = [];

  beforeAll(async () => {
    port = await freePort();
    ({ links, whyNoNetworks } = await makeLinks(names, port));
    const lines = [`port ${port}`, 'bind 0.0.0.0', 'protected-mode no'];
    server = await OwnServer.start({ lines, password, launcher: links.hub });
    client = server.connect();
  });
  beforeEach(async () => {
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
  });
  afterAll(async () => {
    client.disconnect();
    await server.remove();
    links.close();
  });

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

  it('has its hosts in networks of their own', ({ skip }) => {
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

describe.skipIf(findInPath('openssl') === undefined)('a fleet over TLS', () => {
  const certificate = join(folder, 'certificate.pem');
  let tlsPort = 0;
  let server: OwnServer;
  let client: ReturnType<OwnServer['connect']>;
  let workers: SimulatedWorker[] = [];

  beforeAll(async () => {
    const secret = join(folder, 'key.pem');
    const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1';
    const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', secret];
    const said = ['-out', certificate, '-days', '2', '-subj', '/CN=localhost', '-addext', names];
    execFileSync('openssl', ['req', '-x509', ...made, ...said], { stdio: 'pipe' });
    tlsPort = await freePort();
    const tls = [`tls-port ${tlsPort}`, `tls-cert-file ${certificate}`, `tls-key-file ${secret}`];
    const lines = ['bind 127.0.0.1', 'port 0', ...tls, 'tls-auth-clients no'];
    server = await OwnServer.start({ lines, password });
    client = server.connect();
    process.env['NODE_EXTRA_CA_CERTS'] = certificate;
    // One by its address, one by its name: the certificate is for both.
    const urls = { a: `rediss://fleet@127.0.0.1:${tlsPort}`, b: `rediss://fleet@localhost:${tlsPort}` };
    workers = Object.entries(urls).map(
      ([name, url]) => new SimulatedWorker({ root, name, url, key, password }),
    );
    await untilAsync('the workers', async () => (await client.hlen(keys.hosts)) === 2);
  });
  afterAll(async () => {
    delete process.env['NODE_EXTRA_CA_CERTS'];
    await Promise.all(workers.map((worker) => worker.end()));
    client.disconnect();
    await server.remove();
  });

  const queue = (scheme = 'rediss') => ['--queue', `${scheme}://fleet@localhost:${tlsPort}`];

  it('brings each file to the server once, and to each host once', async () => {
    const MIB = 2 ** 20;
    const pieces = { 'Image-1': 2, 'Image-2': 1, initrd: 3 };
    const files = Object.entries(pieces).map(([name, count]) => {
      const path = join(folder, name);
      writeFileSync(path, randomBytes((count - 1) * MIB + 5));
      return path;
    });
    const [one = '', two = '', initrd = ''] = files;
    const asked = await server.monitor();
    for (let times = 0; times < 2; times++) {
      runs.renew();
      const kernels = ['--kernel', one, '--kernel', two, '--initrd', initrd];
      const { ended, report } = await runs.test(...queue(), '--guests', '2', ...kernels);
      expect(ended.code, ended.told).toBe(0);
      expect(hostsOf(report).sort()).toEqual(['a', 'a', 'b', 'b']);
      expect(JSON.stringify([report, ended.stderr, runs.events()])).not.toContain(password);
    }
    const ofFiles = asked().filter(([, name = '']) => name.startsWith(keys.file('')));
    const count = (verb: string) =>
      ofFiles.filter(([one, , field = '']) => one?.toLowerCase() === verb && /^\d+$/.test(field)).length;
    expect([count('hset'), count('hget')]).toEqual([6, 2 * 6]);
    for (const { said } of workers)
      for (const bytes of Object.values(pieces).map((pieces) => (pieces - 1) * MIB + 5))
        expect(said).toMatch(new RegExp(`: fleet-files/[0-9a-f]{64} has ${bytes} bytes$`, 'm'));
  });

  it('is for those with its certificate and its password alone, and for its keys', async () => {
    const fleet = (scheme: string, env: NodeJS.ProcessEnv) =>
      new Coordinator(['fleet', ...queue(scheme)], { env }).ended.then(({ code, stderr }) => ({
        code,
        stderr,
      }));
    const [wrong, untrusted, plain, right] = await Promise.all([
      fleet('rediss', { COORDINATOR_QUEUE_PASSWORD: 'wrong' }),
      fleet('rediss', { NODE_EXTRA_CA_CERTS: '' }),
      fleet('redis', {}),
      fleet('rediss', {}),
    ]);
    expect(wrong).toEqual({ code: 4, stderr: expect.stringContaining('WRONGPASS') });
    expect(untrusted).toEqual({ code: 4, stderr: expect.stringMatching(/self-signed certificate/) });
    expect(plain).toMatchObject({ code: 4 });
    expect(right).toMatchObject({ code: 0 });
    const user = server.connect({ username: 'fleet', password });
    await expect(user.set('of-somebody-else', '1')).rejects.toThrow('NOPERM');
    user.disconnect();
  });
});
