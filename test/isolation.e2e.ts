import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Coordinator, reportOf } from './support/coordinator.ts';
import { freshRuns } from './support/fresh-runs.ts';
import { AlteredKit } from './support/kit.ts';
import { exchangeFolder, inLab, LAB_MS, labDown, labUp, passed, script, whenPrinted } from './support/lab.ts';

/** Isolation is proven, not assumed: an engine is told to reach memory that is not its guest's. */

const sources = (...names: string[]) =>
  Object.fromEntries(
    names.map((name) => [name, readFileSync(join(import.meta.dirname, 'isolation', name), 'utf8')]),
  );

const runs = freshRuns();

describe('the control', () => {
  it('reaches its canary where no IOMMU stands in the way', async () => {
    const { 'control-start': start = '', ...others } = sources('control-start', 'canary.js', 'attack.sh');
    const kit = new AlteredKit({ start, ...others });
    const { report } = await runs.test('--share', kit.path);
    kit.remove();
    const console = readFileSync(join(runs.path, report.run, 'guest-1', 'console.log'), 'utf8');
    expect(console).toMatch(/read 0x[0-9a-f]+ 0x0+1 0x0+\r?\n/);
    expect(console).toMatch(/write 0x[0-9a-f]+ 0x0+1 0x0+\r?\n/);
    expect(console).toMatch(/canary changed 0x[0-9a-f]+ 40\d\d\r?\n/);
  });
});

describe('in the lab', { timeout: LAB_MS }, () => {
  /** What the guests' own memory is called by their devices: an address in there is no attack. */
  const guestMemory = ['0x40000000', '0x50000000'] as const;
  const RUNS = '/run/isolation';

  /** The content of a file in a guest's result folder, once it is there. */
  const fromGuest = (guest: string, file: string) =>
    whenPrinted(`cat ${RUNS}/2*/${guest}/share/${file} 2>/dev/null`);

  const toGuest = (guest: string, file: string, text: string) =>
    script(`echo "${text}" >$(echo ${RUNS}/2*/${guest}/share)/${file}`);

  afterEach(labDown);

  it("neither the host's memory nor another guest's is reached by an engine", async () => {
    expect((await labUp()).code).toBe(0);
    const kit = new AlteredKit({
      start: sources('lab-start')['lab-start'] ?? '',
      ...sources('canary.js', 'attack.sh'),
    });
    const exchange = join(exchangeFolder(), 'isolation');
    mkdirSync(exchange, { recursive: true });
    cpSync(kit.path, join(exchange, 'kit'), { recursive: true });
    cpSync(join(import.meta.dirname, 'isolation'), exchange, { recursive: true });
    kit.remove();
    const qjs = '/exchange/isolation/kit/qjs';

    const hold = [
      'sh',
      '-c',
      'exec "$@" /run/asked >/run/canaries',
      'sh',
      qjs,
      '/exchange/isolation/canary.js',
    ];
    const holder = new Coordinator(['lab', 'exec', '--', ...hold, ...guestMemory, '4']);
    const run = new Coordinator([
      ...[
        'lab',
        'exec',
        '--',
        '/pack/coordinator',
        'test',
        '--platform',
        'host',
        '--guests',
        '2',
        '--cpus',
        '1',
      ],
      ...[
        '--plan',
        'page',
        '--share',
        '/exchange/isolation/kit',
        '--runs',
        RUNS,
        '--timeout',
        '30m',
        '--reporter',
        'json=-',
      ],
    ]);

    const inHost = await whenPrinted('cat /run/canaries 2>/dev/null');
    const inVictim = await fromGuest('guest-1', 'canaries');
    const guests = JSON.parse(passed(await inLab('/pack/coordinator', 'guests', '--json'))) as {
      name: string;
      pid: number;
    }[];
    const victim = guests.find(({ name }) => name === 'guest-1')?.pid;
    const translated = passed(
      await inLab(qjs, '/exchange/isolation/host-address.js', String(victim), ...inVictim.split(' ')),
    ).trim();
    const [low, high] = guestMemory.map(Number) as [number, number];
    const ofVictim = translated
      .split('\n')
      .filter((address) => !(Number(address) >= low && Number(address) < high) && address !== '-');
    const targets = [...inHost.split(' ').slice(0, 2), ...ofVictim.slice(0, 2)];
    expect(targets).toHaveLength(4);

    await toGuest('guest-2', 'targets', targets.join(' '));
    const attack = await fromGuest('guest-2', 'attack');
    await toGuest('guest-1', 'asked', 'yes');
    await script('touch /run/asked');
    expect((await holder.ended).code).toBe(0);
    const hostVerdict = (await script('cat /run/canaries')).split('\n')[1];

    const expected = targets.flatMap((target) =>
      ['read', 'write'].map((operation) => [operation, Number(target), 0xffffffff, Number(target)]),
    );
    const seen = attack
      .split('\n')
      .map((line) => line.split(' ').map((word, index) => (index === 0 ? word : Number(word))));
    expect(seen).toEqual(expected);
    expect(hostVerdict).toBe('unchanged');

    const victimVerdict = await fromGuest('guest-1', 'verdict');
    await toGuest('guest-1', 'read', 'yes');
    expect(victimVerdict).toBe('unchanged');
    const { ended, report } = reportOf(await run.ended);
    // Nothing of the plan explains what the IOMMU had to stop.
    const unexplained = expect.stringMatching(
      /no test explains what this machine's kernel says .* page fault/,
    );
    expect(report.guests.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['pass', null],
      ['fail', unexplained],
    ]);
    expect(ended.code).toBe(1);
  });
});
