import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requesterId } from '@coordinator/machine/kernel-log';
import { reportSchema } from '@coordinator/shared/report';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Coordinator, RunsFolder, reportOf, until } from './support/coordinator.ts';
import {
  engineState,
  engines,
  exchangeFolder,
  inLab,
  LAB_MS,
  labDown,
  labUp,
  passed,
  script,
  untouched,
} from './support/lab.ts';
import { leftovers } from './support/processes.ts';

/** Functions on their way to guests and back, on the emulated Arm host. */

const inner = (...args: string[]) => inLab('/pack/coordinator', ...args);

afterAll(async () => {
  await labDown();
  expect(leftovers()).toEqual([]);
});

describe('pass-through', { timeout: LAB_MS }, () => {
  beforeAll(async () => {
    passed(await labUp());
  }, LAB_MS);
  afterAll(labDown);
  afterEach(async () => expect(await engineState()).toEqual(untouched));

  it('has six guests take turns on four engines', async () => {
    const runs = new RunsFolder();
    try {
      const { ended, report } = reportOf(
        await runs.start('--platform', 'lab', '--guests', '6', '--plan', 'page').ended,
      );
      expect(report.guests.map(({ outcome, reason }) => reason ?? outcome)).toEqual(Array(6).fill('pass'));
      expect(ended.code).toBe(0);
      const bdfs = new Map(report.guests.map(({ id, device }) => [id as unknown, device.host_bdf]));

      const events = runs.events();
      const started = events.filter(({ type }) => type === 'guest-started').map(({ guest }) => guest);
      expect(
        started
          .slice(0, 4)
          .map((guest) => bdfs.get(guest))
          .sort(),
      ).toEqual(engines);
      for (const guest of started.slice(4)) {
        const start = events.findIndex((event) => event.type === 'guest-started' && event['guest'] === guest);
        const earlier = events.slice(0, start);
        const phases = earlier.filter((event) => event['guest'] === guest && event['phase'] !== undefined);
        expect(phases).toMatchObject([{ phase: 'queued' }, { phase: 'starting' }]);
        const ended = earlier.filter(({ type }) => type === 'guest-ended').map((event) => event['guest']);
        expect(ended.map((other) => bdfs.get(other))).toContain(bdfs.get(guest));
      }
    } finally {
      runs.remove();
    }
  });

  it('gives back what a coordinator that was killed had taken', async () => {
    const plan = 'tests:\n- { mode: memcpy, size: 0x1000, transactions: 50000, timeout: 20m }\n';
    writeFileSync(join(exchangeFolder(), 'endless.yaml'), plan);
    const options = '--platform host --guests 2 --cpus 1 --timeout 30m';
    const test = `/pack/coordinator test ${options} --plan /exchange/endless.yaml --runs /run/killed`;
    const killed = new Coordinator(['lab', 'exec', '--', 'sh', '-c', `echo $$ >/run/owner; exec ${test}`]);
    let output = '';
    killed.child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk;
    });
    await until(
      'both guests',
      () => /guest-1 .*booted/.test(output) && /guest-2 .*booted/.test(output),
      LAB_MS,
    );
    await script('kill -KILL $(cat /run/owner)');
    expect((await killed.ended).code).toBe(128 + 9);

    const guests = await listGuests();
    expect(guests.map(({ name, state }) => `${name} ${state}`).sort()).toEqual([
      'guest-1 orphaned',
      'guest-2 orphaned',
    ]);
    expect((await engineState()).drivers.filter((driver) => driver === 'vfio-pci')).toHaveLength(2);

    const restored = passed(await inner('restore'));
    expect(restored).toMatch(/ended 2 guests, completed the report/);
    for (const { device } of guests) expect(restored).toContain(`${device} is back on smmute-pci`);
    expect(await listGuests()).toEqual([]);
    expect(await script('pidof qemu-system-aarch64 || echo none')).toBe('none');
    expect(await engineState()).toEqual(untouched);
    const report = reportSchema.parse(JSON.parse(await script('cat /run/killed/2*/report.json')));
    expect(report.guests.map(({ error_kind }) => error_kind)).toEqual(['lost', 'lost']);
    expect((await inner('restore')).stderr).toBe('nothing to restore\n');
  });

  it("has the host's kernel tell of what the IOMMU stopped, and whose it was", async () => {
    const plan = join(exchangeFolder(), 'faults.yaml');
    const steps = [
      'size: 0x100, transactions: 10',
      'size: 0x1000, fault: drv',
      'size: 8, fault: foreign-write',
    ];
    writeFileSync(plan, `tests:\n${steps.map((step) => `- { mode: memcpy, ${step} }\n`).join('')}`);
    const runs = new RunsFolder();
    try {
      const { ended, report } = reportOf(
        await runs.start('--platform', 'lab', '--guests', '2', '--plan', plan).ended,
      );
      expect(report.guests.map(({ outcome, reason }) => reason ?? outcome)).toEqual(['pass', 'pass']);
      expect(ended.code).toBe(0);
      for (const { device, warnings } of report.guests) {
        const faults = warnings.filter(({ kind }) => kind === 'host-iommu-fault');
        expect(faults.length).toBeGreaterThan(0);
        const own = `page fault from EP ${requesterId(device.host_bdf ?? '')} at 0x`;
        for (const { line } of faults) expect(line).toContain(own);
      }
    } finally {
      runs.remove();
    }
  });

  it('says what keeps a function from being given back, in time, and goes on when it can', async () => {
    const [bdf] = engines;
    passed(await inner('bind', bdf));
    // It does not let go of its function when the kernel asks for it.
    const machine = '-M virt,gic-version=3 -accel kvm -cpu host -m 64 -nic none -display none -S';
    const holder = inLab(
      ...['sh', '-c'],
      `echo $$ >/run/holder; exec qemu-system-aarch64 ${machine} -device vfio-pci,host=${bdf},x-req=off`,
    );
    await script('until ls -l /proc/$(cat /run/holder)/fd | grep -q vfio-device; do sleep 1; done');
    const seen = await inner('restore');
    expect([seen.code, seen.stdout]).toEqual([
      4,
      expect.stringMatching(/is in use by qemu-system-aar \(pid/),
    ]);

    // Where it cannot be seen who has it, the kernel is asked, and waits.
    const hide = 'mkdir /run/nothing && mount --bind /run/nothing /proc/$(cat /run/holder)/fd';
    const unseen = await inLab(
      ...['busybox', 'unshare', '--mount', 'sh', '-c', `${hide} && exec /pack/coordinator restore`],
    );
    const blocked = /is being taken from vfio-pci, and that does not end: .*\n *→ end what uses it/;
    expect([unseen.code, unseen.stdout]).toEqual([4, expect.stringMatching(blocked)]);
    await script('kill -KILL $(cat /run/holder)');
    await holder;
    await script(`while [ -e /sys/bus/pci/devices/${bdf}/driver ]; do sleep 1; done`);
    expect(passed(await inner('restore'))).toBe(`${bdf} is back on smmute-pci\n`);
  });

  it('uses a function that somebody else bound to vfio-pci, and leaves it so', async () => {
    const bdf = engines[1];
    const bind = (driver: string, override: string) =>
      script(`cd /sys/bus/pci/devices/${bdf}
echo ${bdf} >driver/unbind; echo ${override} >driver_override; echo ${bdf} >/sys/bus/pci/drivers_probe
[ $(basename $(readlink driver)) = ${driver} ]`);
    const theirs = untouched.drivers.with(1, 'vfio-pci');
    await bind('vfio-pci', 'vfio-pci');
    try {
      expect((await engineState()).drivers).toEqual(theirs);
      const devices = JSON.parse(passed(await inner('devices', '--json'))) as {
        bdf: string;
        driver: string;
      }[];
      expect(devices.map(({ bdf }) => bdf)).toEqual(engines);
      expect(devices.map(({ driver }) => driver)).toEqual(theirs);
      const { report, ended } = reportOf(
        await inner(
          ...['test', '--platform', 'host', '--device', bdf, '--plan', 'page', '--cpus', '1'],
          ...['--runs', '/run/theirs', '--reporter', 'json=-'],
        ),
      );
      expect(report.guests).toMatchObject([{ outcome: 'pass', device: { host_bdf: bdf } }]);
      expect(ended.code).toBe(0);
      expect((await engineState()).drivers).toEqual(theirs);

      // One of each: what `bind` changed goes back, what it found stays.
      passed(await inner('bind', bdf, engines[3]));
      expect((await engineState()).drivers).toEqual(['smmute-pci', 'vfio-pci', 'smmute-pci', 'vfio-pci']);
      expect(passed(await inner('restore'))).toBe(
        `${bdf} is back on vfio-pci\n${engines[3]} is back on smmute-pci\n`,
      );
      expect((await engineState()).drivers).toEqual(theirs);
      expect(await script(`cat /sys/bus/pci/devices/${bdf}/driver_override`)).toBe('vfio-pci');
    } finally {
      await bind('smmute-pci', '');
    }
  });
});

describe('engines that cannot be told apart', { timeout: LAB_MS }, () => {
  /** In place of the lab's own: no engine of a slot is kept from reaching the others. */
  const sharedGroups = 'pci=config_acs=0000000@pci:1b36:000c';
  const [first, second] = engines;

  beforeAll(async () => {
    passed(await labUp('--append', sharedGroups));
  }, LAB_MS);
  afterAll(labDown);

  it('are refused one by one, with the names of those in the way', async () => {
    const refusal = new RegExp(
      `IOMMU group \\d+ of ${first} is not viable: ${second} \\(smmute-pci\\) would have to be handed over too`,
    );
    const host = ['test', '--platform', 'host', '--plan', 'page', '--runs', '/run/refused'];
    for (const command of [[...host, '--device', first], host, ['bind', first]]) {
      const { code, stderr } = await inner(...command);
      expect(stderr).toMatch(refusal);
      expect(code).toBe(4);
    }
    expect(passed(await inner('devices'))).toMatch(new RegExp(`${first} .*not assignable`));
    expect(await engineState()).toEqual(untouched);
  });

  it('are bound and given back together, after a look at what that comes to', async () => {
    const dry = passed(await inner('bind', '--group', '--dry-run', first));
    for (const bdf of [first, second]) expect(dry).toContain(`${bdf} would go from smmute-pci to vfio-pci\n`);
    expect((await inner('bind', '--dry-run', first)).code).toBe(4);
    expect(await engineState()).toEqual(untouched);
    passed(await inner('bind', '--group', first));
    const { drivers } = await engineState();
    expect(drivers.slice(0, 2)).toEqual(['vfio-pci', 'vfio-pci']);
    passed(await inner('restore'));
    expect(await engineState()).toEqual(untouched);
  });
});

describe('behind an SMMUv3', { timeout: LAB_MS }, () => {
  const onSmmu = ['--iommu', 'smmuv3'] as const;

  it('gives two guests an NVMe function each, in IOMMU groups of the SMMUv3', async () => {
    const runs = new RunsFolder();
    try {
      passed(await labUp(...onSmmu, '--qemu-device', 'igb', '--start', 'cold'));
      const run = runs.start('--platform', 'lab', ...onSmmu, '--exerciser', 'nvme', '--guests', '2');
      const isStart = ({ type }: { type: string }) => type === 'guest-started';
      await until('both guests', () => runs.events().filter(isStart).length === 2, LAB_MS);
      const held = await script(
        'cd /sys/bus/pci/drivers/vfio-pci; for bdf in 0000:*; do echo $bdf $(basename $(readlink -f $bdf/iommu)); done',
      );
      const { ended, report } = reportOf(await run.ended);
      expect(report.guests.map(({ outcome, reason }) => reason ?? outcome)).toEqual(['pass', 'pass']);
      expect(report).toMatchObject({ platform: 'lab', exerciser: 'nvme', outcome: 'pass' });
      expect(ended.code).toBe(0);

      const functions = report.guests.map(({ device }) => device.host_bdf as string).sort();
      expect(new Set(functions).size).toBe(2);
      expect(held.split('\n')).toEqual(
        functions.map((bdf) => expect.stringMatching(new RegExp(`^${bdf} smmu3\\.`))),
      );
      const log = await script('dmesg');
      expect(log).toMatch(/arm-smmu-v3 \S+: ias \d+-bit/);
      const groups = functions.map(
        (bdf) => new RegExp(`nvme ${bdf}: Adding to iommu group (\\d+)`).exec(log)?.[1],
      );
      expect(groups).not.toContain(undefined);
      expect(new Set(groups).size).toBe(2);
    } finally {
      runs.remove();
    }
  });

  it('gives a guest a function that only its plan knows, of which the host had no driver', async () => {
    const runs = new RunsFolder();
    try {
      const plan = join(import.meta.dirname, 'plans/igb.yaml');
      const files = join(import.meta.dirname, 'programs');
      const { ended, report, guest } = reportOf(
        await runs.start('--platform', 'lab', '--plan', plan, '--files', files, '--cpus', '1').ended,
      );
      expect(guest.reason ?? guest.outcome).toBe('pass');
      expect(report).toMatchObject({ platform: 'lab', exerciser: 'pci', outcome: 'pass' });
      expect(ended.code).toBe(0);
      const { host_bdf, driver } = guest.device;
      expect([host_bdf, driver]).toEqual(['0000:07:00.0', 'igb']);
      expect(guest.tests.find(({ name }) => name === 'igb.sh/sends')?.outcome).toBe('pass');
      expect(guest.tests.find(({ name }) => name === 'igb.sh')?.interrupts).toBeGreaterThan(0);
      // Behind the SMMUv3, and given back to nobody, as it was.
      const state =
        'cd /sys/bus/pci/devices/0000:07:00.0; basename $(readlink -f iommu); readlink driver || echo none';
      expect((await script(state)).split('\n')).toEqual([expect.stringMatching(/^smmu3\./), 'none']);
    } finally {
      runs.remove();
    }
  });

  it('gives a guest another one, with the driver and the tool that the kit has for it', async () => {
    const runs = new RunsFolder();
    try {
      const plan = join(runs.path, 'edu.yaml');
      writeFileSync(
        plan,
        `exerciser: pci
device: { id: "1234:11e8" }
driver: edu
tests:
  - { run: [sh, -c, 'exec edudma -m rw -s 0x1000 -n 4 -c "$COORDINATOR_NODE"'], name: copies, interrupts: 8 }
`,
      );
      const { ended, report, guest } = reportOf(
        await runs.start('--platform', 'lab', '--plan', plan, '--cpus', '1').ended,
      );
      expect(ended.code, ended.told).toBe(0);
      expect(report).toMatchObject({ platform: 'lab', exerciser: 'pci', outcome: 'pass' });
      expect(guest.device).toMatchObject({ driver: 'edu', node: '/dev/edu0' });
      expect(guest.tests.find(({ name }) => name === 'copies')).toMatchObject({
        outcome: 'pass',
        interrupts: 8,
      });
    } finally {
      runs.remove();
    }
  });
});

interface ListedGuest {
  readonly name: string;
  readonly state: string;
  readonly device: string;
}

async function listGuests(): Promise<ListedGuest[]> {
  return JSON.parse(passed(await inner('guests', '--json')));
}
