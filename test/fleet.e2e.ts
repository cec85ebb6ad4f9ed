import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  awaitRun,
  connect,
  type FleetClient,
  type FleetJob,
  FleetKey,
  JobSender,
  keys,
  leaveRun,
  PREFIX,
  random,
  seal,
  type WaitingRun,
} from '@coordinator/fleet';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Coordinator, coordinator, RunsFolder, reportOf, until } from './support/coordinator.ts';
import { FloodingHost } from './support/fleet/flooding-host.ts';
import {
  eventsOf as eventsOfRun,
  expectCountedOnce,
  guestsStarted as guestsOfRunStarted,
  hostsOf,
  untilAsync,
} from './support/fleet/observe.ts';
import { buildSimulatedWorker, SimulatedWorker } from './support/fleet/simulated-fleet.ts';
import { leftovers } from './support/processes.ts';

const root = resolve(import.meta.dirname, '..');
const state = mkdtempSync(join(tmpdir(), 'queue-'));
process.env['XDG_STATE_HOME'] = state;
const runs = new RunsFolder();
const hold = join(state, 'hold');
let port = 0;
let password = '';
let key = '';
let client: FleetClient;
let workers: SimulatedWorker[] = [];

beforeAll(async () => {
  await buildSimulatedWorker(root);
  const up = await coordinator('fleet', 'up');
  expect(up.code, up.stderr).toBe(0);
  const read = (name: string) => readFileSync(join(state, 'coordinator/queue', name), 'utf8').trim();
  [port, password, key] = [Number(read('port')), read('password'), read('key')];
  expect(up.stderr).not.toContain(password);
  expect(up.stderr).not.toContain(key);
  client = await connect({ host: '127.0.0.1', port, database: 0, tls: false, user: null, password });
});
beforeEach(() => runs.renew());
afterEach(async () => {
  rmSync(hold, { force: true });
  await Promise.all(workers.map((worker) => worker.end()));
  workers = [];
  await client.del(keys.hosts);
  runs.remove();
});
afterAll(async () => {
  client.disconnect();
  await coordinator('fleet', 'down');
  rmSync(state, { recursive: true, force: true });
  expect(leftovers()).toEqual([]);
});

/** Starts simulated workers, and waits until they are heard. */
async function startWorkers(names: readonly string[], options: { held?: boolean; key?: string } = {}) {
  for (const name of names) {
    const own = { root, name, url: `redis://127.0.0.1:${port}`, key: options.key ?? key, password };
    workers.push(new SimulatedWorker({ ...own, ...(options.held ? { hold } : {}) }));
  }
  if (options.held) writeFileSync(hold, '');
  const count = new Set(workers.map(({ name }) => name)).size;
  await untilAsync('the workers', async () => (await client.hlen(keys.hosts)) >= count);
}

/** Longer than a process of a busy machine may be kept from a word. */
const LOST_SOON = ['--lost-after', '20s'];

const startTest = (...args: string[]) => runs.start('--queue', 'local', '--plan', 'page', ...args);

const release = () => rmSync(hold, { force: true });

const eventsOf = (type: string) => eventsOfRun(runs, type);

const guestsStarted = (count: number) => guestsOfRunStarted(runs, count);

async function hosts(): Promise<Array<{ host: string; state: string; guests: number }>> {
  return JSON.parse((await coordinator('fleet', '--json')).stdout);
}

/** What a folder of runs has besides. */
const ofTheStore = ['latest', 'index.jsonl'];

describe('a fleet', () => {
  it('runs real guests on three workers, and drains them', async () => {
    const own = ['a', 'b', 'c'].map(
      (name) =>
        new Coordinator([
          'worker',
          '--queue',
          'local',
          '--name',
          name,
          '--jobs',
          '1',
          '--runs',
          join(state, name),
        ]),
    );
    await untilAsync('three workers', async () => (await client.hlen(keys.hosts)) === 3);
    const { ended, report } = await runs.test('--queue', 'local', '--guests', '3', '--retry', '1');
    expect(ended.code, ended.told).toBe(0);
    expect(hostsOf(report).sort()).toEqual(['a', 'b', 'c']);
    expect(report.platform).toBe('fleet');
    const folder = join(runs.path, report.run);
    for (const { id } of report.guests)
      expect(readFileSync(join(folder, id, 'dmesg.log'), 'utf8')).toMatch(/smmute/);
    expect((await coordinator('fleet', 'drain', 'a')).code).toBe(0);
    for (const worker of own.slice(1)) worker.kill('SIGTERM');
    for (const worker of own) expect((await worker.ended).code).toBe(0);
    for (const name of ['a', 'b', 'c'])
      expect(readdirSync(join(state, name)).filter((entry) => !ofTheStore.includes(entry))).toEqual([]);
    expect(await client.hlen(keys.hosts)).toBe(0);
  });

  it('spreads guests evenly, reports them as one run, and leaves nothing on the server', async () => {
    await startWorkers(['a', 'b', 'c']);
    const { ended, report } = reportOf(await startTest('--guests', '12').ended);
    expect(ended.code, ended.told).toBe(0);
    expect(hostsOf(report).sort()).toEqual([
      ...Array(4).fill('a'),
      ...Array(4).fill('b'),
      ...Array(4).fill('c'),
    ]);
    expect(report.guests.map(({ id }) => id)).toEqual(
      Array.from({ length: 12 }, (_, index) => `guest-${index + 1}`),
    );
    expectCountedOnce(runs, report);
    const left = await client.keys(`${PREFIX}:*`);
    expect(left.filter((name) => /:(run|events|file):/.test(name))).toEqual([]);
    expect(
      workers.flatMap(({ runs }) => readdirSync(runs)).filter((name) => !ofTheStore.includes(name)),
    ).toEqual([]);
  });

  it('goes on elsewhere when a worker is killed, and a try that was lost does not count', async () => {
    await startWorkers(['a', 'b', 'c'], { held: true });
    const test = startTest('--guests', '12', '--retry', '1');
    await guestsStarted(12);
    await workers[0]?.end('SIGKILL');
    // One that is started again says by itself that what was before it is over.
    await startWorkers(['a'], { held: true });
    await until('its guests to be lost', () => eventsOf('guest-retry').length >= 4);
    release();
    const { ended, report } = reportOf(await test.ended);
    expect(ended.code, ended.told).toBe(0);
    const tried = report.guests.filter(({ attempts }) => attempts.length > 0);
    expect(tried.map(({ attempts }) => [attempts[0]?.host, attempts[0]?.error_kind])).toEqual(
      Array(4).fill(['a', 'lost']),
    );
    expectCountedOnce(runs, report);
  });

  it('without a retry, guests of a host that dies are lost', async () => {
    await startWorkers(['a', 'b'], { held: true });
    const test = startTest('--guests', '4', ...LOST_SOON);
    await guestsStarted(4);
    await workers[1]?.end('SIGKILL');
    await until('its guests to be lost', () => eventsOf('guest-ended').length >= 2);
    release();
    const { ended, report } = reportOf(await test.ended);
    expect(ended.code).toBe(3);
    expect(report.guests.filter(({ error_kind }) => error_kind === 'lost').map(({ host }) => host)).toEqual([
      'b',
      'b',
    ]);
    expect(report.guests.filter(({ outcome }) => outcome === 'pass')).toHaveLength(2);
  });

  it('ends all of it on SIGINT', async () => {
    await startWorkers(['a', 'b'], { held: true });
    const test = startTest('--guests', '4');
    await guestsStarted(4);
    test.kill('SIGINT');
    const { ended, report } = reportOf(await test.ended);
    expect(ended.code).toBe(130);
    expect(new Set(report.guests.map(({ error_kind }) => error_kind))).toEqual(new Set(['interrupted']));
    await untilAsync('no guest to be left', async () => (await hosts()).every(({ guests }) => guests === 0));
  });

  it('has its workers end the guests of a coordinator that was killed', async () => {
    await startWorkers(['a'], { held: true });
    const test = startTest('--guests', '2');
    await guestsStarted(2);
    test.kill('SIGKILL');
    await until('the worker to notice', () => workers[0]?.said.includes('nobody waits for the run'));
    await untilAsync('no guest to be left', async () => (await hosts()).every(({ guests }) => guests === 0));
    await coordinator('restore');
  });

  it('refuses who has no key, what is not signed, expired, replayed or leads elsewhere, and goes on', async () => {
    await startWorkers(['a'], { held: true });
    await startWorkers(['stranger'], { key: 'another-key-of-the-fleet-0123456789' });
    const test = startTest('--guests', '2');
    await guestsStarted(2);
    const listed = await coordinator('fleet');
    expect(listed.stderr).toContain(
      'the host stranger is refused: it is not signed with the key of this fleet',
    );
    const known = JSON.parse(((await client.hget(keys.hosts, 'a')) ?? '').slice(65));
    const job = {
      ...{
        version: 1,
        run: '20260101-000000-abcd',
        host: 'a',
        session: known.session,
        coordinator: known.coordinator,
      },
      ...{ plan: { name: 'page', text: 'tests: []' }, expires: Date.now() + 60_000, priority: 50 },
      options: {
        platform: 'auto',
        vmm: 'qemu',
        channel: 'file',
        cpus: 1,
        memory: 128,
        timeout: 1000,
        destroyData: false,
      },
    };
    const fine = {
      ...job,
      id: `${job.run}.1`,
      nonce: random(),
      guests: [{ id: 'guest-1', seed: null }],
    } as FleetJob;
    const outside = join(state, 'escaped');
    const sender = new JobSender(client);
    const send = (sealed: string) => sender.sendSealed('a', `test.${random()}`, sealed);
    const fleetKey = new FleetKey(key, 'the test');
    for (const [what, sealed] of [
      ['unsigned', seal(new FleetKey('x'.repeat(32), 'the test'), 'job', fine)],
      [
        'malformed',
        seal(fleetKey, 'job', { ...fine, guests: [{ id: `../../../../${outside}`, seed: null }] }),
      ],
      ['expired', seal(fleetKey, 'job', { ...fine, nonce: random(), expires: Date.now() - 1 })],
      ['version', seal(fleetKey, 'job', { ...fine, version: 2 })],
      ['misdirected', seal(fleetKey, 'job', { ...fine, session: random() })],
    ] as const) {
      await send(sealed);
      await until(what, () => workers[0]?.said.includes(`a job was refused (${what})`));
    }
    const replayed = seal(fleetKey, 'job', { ...fine, coordinator: '0.0.0' });
    await send(replayed);
    await send(replayed);
    await until('replayed', () => workers[0]?.said.includes('a job was refused (replayed)'));
    await sender.close();
    expect(existsSync(outside)).toBe(false);
    release();
    const { ended, report } = reportOf(await test.ended);
    expect(ended.code, ended.told).toBe(0);
    expect(hostsOf(report)).toEqual(['a', 'a']);
  });

  it('stops listening to a worker that floods it', async () => {
    await startWorkers(['a']);
    const flooding = await FloodingHost.start(client, new FleetKey(key, 'the test'), 'flooding');
    try {
      const { ended, report } = reportOf(await startTest('--guests', '4', '--retry', '1').ended);
      expect(ended.code, ended.told).toBe(0);
      expect(flooding.jobs).toBeGreaterThan(0);
      expect(new Set(hostsOf(report))).toEqual(new Set(['a']));
      expect(eventsOf('run-notice').map(({ text }) => text)).toContainEqual(
        expect.stringMatching(/^flooding gets no more guests of this run: flooding sent a flood/),
      );
    } finally {
      await flooding.stop();
    }
  });

  it('leaves hosts to runs of more priority whose guests wait for them', async () => {
    await startWorkers(['a', 'b']);
    const waiting: WaitingRun = {
      ...{ version: 1, run: '20260101-000000-abcd', priority: 60, waiting: 1 },
      hosts: ['a'],
    };
    const say = () => awaitRun(client, new FleetKey(key, 'the test'), waiting, 15_000);
    await say();
    const timer = setInterval(() => void say(), 1000);
    try {
      const less = await startTest('--guests', '2').ended;
      runs.renew();
      const more = await startTest('--guests', '2', '--priority', '61').ended;
      for (const [ended, on] of [
        [less, ['b', 'b']],
        [more, ['a', 'b']],
      ] as const) {
        const { report, ended: told } = reportOf(ended);
        expect(told.code, told.told).toBe(0);
        expect(hostsOf(report).sort()).toEqual(on);
      }
    } finally {
      clearInterval(timer);
      await leaveRun(client, waiting.run);
    }
  });

  it('runs stress rounds as well', async () => {
    await startWorkers(['a', 'b']);
    const args = [
      'stress',
      '--queue',
      'local',
      '--plan',
      'page',
      '--guests',
      '4',
      '--rounds',
      '12',
      '--ramp-up',
      '1ms',
    ];
    const stress = new Coordinator([...args, '--runs', runs.path, '--reporter', 'json=-']);
    const { ended, report } = reportOf(await stress.ended);
    expect(ended.code, ended.told).toBe(0);
    expect(report.stress).toMatchObject({ started: 12, rounds_ended: 12, failures: 0 });
  });

  it.each([
    [['--queue', 'http://x'], /no address of a queue/],
    [['--queue', 'redis://u:secret@x'], /redis:\/\/u:\*\*\*@x: a password on a command line/],
    [['--on', 'x'], /--on is for a run on the hosts of a fleet/],
    [['--queue', 'local', '--vmm-arg', '-s'], /--vmm-arg is for guests of this machine/],
    [['--priority', '60'], /--priority is for a run on the hosts of a fleet/],
    [['--guests', '300'], /one machine has 256 guests/],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await coordinator('test', ...args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(stderr).not.toContain('secret');
  });

  it('without a host that can, says why none can', async () => {
    await startWorkers(['a']);
    const { code, stderr } = await coordinator('test', '--queue', 'local', '--on', 'board');
    expect([code, stderr]).toEqual([4, expect.stringMatching(/a: it is not labelled board/)]);
  });
});
