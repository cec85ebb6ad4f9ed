import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Coordinator, coordinator, type Ended, RunsFolder, reportOf, until } from './support/coordinator.ts';
import { engineState, engines, LAB_MS, labDown, labUp, script, untouched } from './support/lab.ts';
import { leftovers, runProcesses } from './support/processes.ts';
import { Terminal } from './support/terminal.ts';

/** The emulated Arm host: its life, commands in it, runs in it, and what it is made of. */

interface LabStatus {
  readonly id: string;
  readonly state: string;
  readonly detail: string;
  readonly pid: number;
  readonly folder: string;
}

async function labs(): Promise<LabStatus[]> {
  return JSON.parse((await coordinator('lab', 'status', '--json')).stdout) as LabStatus[];
}

const program = resolve(import.meta.dirname, '../packages/host/bin/coordinator.js');

const exec = (...command: string[]) => coordinator('lab', 'exec', '--', ...command);

/** Runs a command in the lab with a file as its input. */
function execWith(file: string, ...command: string[]): Promise<Ended> {
  const launcher = ['sh', '-c', 'input=$1; shift; exec "$@" <"$input"', 'sh', file];
  return new Coordinator(['lab', 'exec', '--', ...command], { launcher }).ended;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lab-'));
});
afterAll(async () => {
  await labDown();
  rmSync(folder, { recursive: true });
  expect(leftovers()).toEqual([]);
});

/** A run in the lab, once its guest is at its first test, which waits to be let go. */
async function startWaiting(runs: RunsFolder, othersInPlan = ''): Promise<Coordinator> {
  const plan = join(folder, 'waits.yaml');
  writeFileSync(plan, `tests: [{ run: ./waits.sh, timeout: 30m }${othersInPlan}]\n`);
  const files = join(import.meta.dirname, 'programs');
  const run = runs.start(...['--platform', 'lab', '--cpus', '1', '--plan', plan, '--files', files]);
  await runs.until('its first test', () => runs.events().some((event) => event['detail'] === 'waits.sh'));
  return run;
}

describe('a lab that is up', { timeout: LAB_MS }, () => {
  beforeAll(async () => {
    const ended = await labUp();
    expect(ended.stderr).toMatch(/the lab is up after/);
    expect(ended.code).toBe(0);
  }, LAB_MS);
  afterAll(labDown);

  it('is there for other commands, once', async () => {
    expect(await labs()).toMatchObject([{ id: 'virtio', state: 'ready' }]);
    expect((await labUp()).stderr).toMatch(/up already/);
    const late = await labUp('--append', 'loglevel=7');
    expect([late.code, late.stderr]).toEqual([2, expect.stringMatching(/--append: the lab is up already/)]);
    // What runs that died have left is no part of it.
    await coordinator('restore');
    expect(await labs()).toMatchObject([{ id: 'virtio', state: 'ready' }]);
  });

  it("has the page's four engines, probed, each in an IOMMU group of its own", async () => {
    expect(await engineState()).toEqual(untouched);
    const sizes = `cd /sys/bus/pci/devices; for bdf in ${engines.join(' ')}; do ls $bdf/iommu_group/devices | wc -l; done`;
    expect((await script(sizes)).split('\n')).toEqual(['1', '1', '1', '1']);
  });

  it('runs commands with their input, output and status', async () => {
    const input = join(folder, 'input');
    writeFileSync(input, Buffer.alloc(700_001, 'lab '));
    const ended = await execWith(input, 'sh', '-c', 'echo problem >&2; cat; exit 7');
    expect(ended.code).toBe(7);
    expect(ended.stderr).toBe('problem\n');
    expect(ended.stdout).toBe(readFileSync(input, 'utf8'));
    expect((await exec('no-such-program')).code).toBe(127);
    expect((await exec('sh', '-c', 'kill -TERM $$')).code).toBe(128 + 15);
  });

  it('passes signals on, and ends what a caller that is killed has started', async () => {
    const interrupted = new Coordinator(['lab', 'exec', '--', 'sh', '-c', 'echo ready; exec sleep 1001']);
    await new Promise((resolve) => interrupted.child.stdout?.once('data', resolve));
    interrupted.kill('SIGINT');
    expect((await interrupted.ended).code).toBe(128 + 2);

    const killed = new Coordinator(['lab', 'exec', '--', 'sh', '-c', 'echo ready; exec sleep 1002']);
    await new Promise((resolve) => killed.child.stdout?.once('data', resolve));
    killed.kill('SIGKILL');
    await killed.ended;
    await script('while pidof sleep >/dev/null; do usleep 100000; done');
  });

  it('gives a command a terminal, and passes keys, its size and its end on', async () => {
    const command = [
      'lab',
      'exec',
      '-t',
      '--',
      'sh',
      '-c',
      'trap "exit 6" INT; tty; stty size; echo reading; cat',
    ];
    const terminal = new Terminal([process.execPath, program, ...command]);
    expect(await terminal.see(/^reading$/m)).toMatch(/^\/dev\/\S+\n50 200\n/m);
    terminal.type('typed');
    await terminal.see(/typed\ntyped\n/);
    terminal.resize(30, 100);
    terminal.press('\x03');
    expect(await terminal.ended).toBe(6);
  });

  it('tests two guests, each with an engine by VFIO, and has its engines back', async () => {
    const runs = new RunsFolder();
    try {
      const { ended, report } = reportOf(
        await runs.start('--platform', 'lab', '--guests', '2', '--device', '07:00.0', '--device', '08:00.0')
          .ended,
      );
      expect(report.guests.map(({ outcome, reason }) => reason ?? outcome)).toEqual(['pass', 'pass']);
      expect(report).toMatchObject({ platform: 'lab', outcome: 'pass', start: 'snapshot' });
      expect(ended.code).toBe(0);
      expect(report.guests.map(({ device }) => device.host_bdf).sort()).toEqual([
        '0000:07:00.0',
        '0000:08:00.0',
      ]);
      for (const { id, device, interrupts, artifacts } of report.guests) {
        expect(device).toMatchObject({ driver: 'smmute-pci', node: '/dev/smmute0' });
        // Plugged into a root port.
        expect(device.guest_bdf).toMatch(/^0000:01:/);
        expect(interrupts?.device_total).toBeGreaterThan(0);
        expect(artifacts).toContain('console.log');
        expect(statSync(join(runs.path, report.run, id, 'console.log')).size).toBeGreaterThan(0);
      }
      expect(runs.events().at(-1)).toMatchObject({ type: 'run-ended', outcome: 'pass' });
    } finally {
      runs.remove();
    }
    expect(await engineState()).toEqual(untouched);
    expect(await labs()).toMatchObject([{ id: 'virtio', state: 'ready' }]);
  });

  it('runs commands in its guests for whoever is outside', async () => {
    const runs = new RunsFolder();
    try {
      const run = await startWaiting(runs, ', { mode: memcpy }');
      const letGo = `until waits=$(pidof waits.sh); do sleep 0.1; done
        touch "$(tr '\\0' '\\n' </proc/$waits/environ | sed -n s/^COORDINATOR_SHARE=//p)/go"
        echo "$1"; exit 5`;
      const terminal = new Terminal([process.execPath, program, 'exec', '-t', 'guest-1', '--', 'sh']);
      await terminal.see(/# $/);
      terminal.type('tty && stty size');
      expect(await terminal.see(/\n50 200\n.*# $/s)).toMatch(/^\/dev\//m);
      terminal.type('exit 3');
      expect(await terminal.ended).toBe(3);
      const command = ['exec', 'guest-1', '--', 'sh', '-c', letGo, 'sh', "it's  done"];
      expect(await coordinator(...command)).toMatchObject({ code: 5, stdout: "it's  done\n", stderr: '' });
      const { ended } = reportOf(await run.ended);
      expect(ended.code, ended.told).toBe(0);
    } finally {
      runs.remove();
    }
  });

  it('runs a plan again and again with faults on purpose, and brings home what is kept of it', async () => {
    const runs = new RunsFolder();
    try {
      const words = [
        '--runs',
        runs.path,
        '--platform',
        'lab',
        '--guests',
        '2',
        '--rounds',
        '6',
        '--plan',
        'page',
        // With this seed, one round gets each of them.
        ...['--seed', '1', '--chaos', 'kill-guest=20%,drop-channel=20%'],
      ];
      const guest = ['--cpus', '1', '--append', 'loglevel=6'];
      const { ended, report } = reportOf(
        await coordinator('stress', ...words, ...guest, '--reporter', 'json=-'),
      );
      expect(report).toMatchObject({ platform: 'lab', outcome: 'pass', rounds: 6, reason: null });
      expect(report.stress?.mismatches).toEqual([]);
      const once = { injected: 1, detected: 1, late: 0 };
      expect(report.stress?.faults).toEqual([
        { kind: 'kill-guest', ...once },
        { kind: 'drop-channel', ...once },
      ]);
      expect(ended.code).toBe(0);
      for (const { id, repeat, vmm_command, artifacts } of report.guests) {
        expect(repeat).toMatch(/--platform lab .*--append=loglevel=6$/);
        expect(vmm_command?.join(' ')).toMatch(/ loglevel=6 .*vfio-pci,host=/);
        expect(artifacts).toContain('console.log');
        expect(statSync(join(runs.path, report.run, id, 'console.log')).size).toBeGreaterThan(0);
      }
    } finally {
      runs.remove();
    }
    expect(await engineState()).toEqual(untouched);
  });

  it('ends the guests of a run that is interrupted, and has its engines back', async () => {
    const runs = new RunsFolder();
    try {
      const run = runs.start('--platform', 'lab', '--guests', '2');
      await until(
        'the guests',
        () => runs.events().filter(({ type }) => type === 'guest-started').length === 2,
      );
      run.kill('SIGINT');
      const { ended, report } = reportOf(await run.ended);
      expect(report.guests.map(({ error_kind }) => error_kind)).toEqual(['interrupted', 'interrupted']);
      expect(ended.code).toBe(130);
    } finally {
      runs.remove();
    }
    expect(await engineState()).toEqual(untouched);
  });

  it('lets no isolation test pass where the log that would tell of it cannot be read', async () => {
    const exchange = join((await labs())[0]?.folder ?? '', 'exchange');
    writeFileSync(join(exchange, 'strikes.yaml'), 'tests: [{ mode: memcpy, fault: foreign-write }]\n');
    const test = '/pack/coordinator test --platform host --plan /exchange/strikes.yaml --runs /run/strikes';
    const hidden = `mount --bind /dev/null /dev/kmsg && exec ${test}`;
    const ended = await exec('unshare', '-m', 'sh', '-c', hidden);
    rmSync(join(exchange, 'strikes.yaml'));
    expect(ended.stderr).toMatch(
      /no test of the plan strikes.yaml can be done here: whether the IOMMU stopped anything is not known: .*\/dev\/kmsg is something else here/,
    );
    expect(ended.code).toBe(2);
  });

  it('says that a run is lost whose coordinator in the lab was killed, and ends its guests', async () => {
    const runs = new RunsFolder();
    try {
      const run = await startWaiting(runs);
      await script(`for process in /proc/[0-9]*; do
if tr '\\0' ' ' <$process/cmdline | grep -q '[t]est --platform host'; then kill -KILL \${process#/proc/} && echo killed; fi
done 2>/dev/null | grep killed`);
      const { ended, report, guest } = reportOf(await run.ended);
      expect(guest).toMatchObject({ outcome: 'error', error_kind: 'lost' });
      expect(ended.code).toBe(3);
      expect(`${report.reason} ${guest.reason}`).toMatch(
        /the coordinator in the lab ended before its run: it was ended by signal 9/,
      );
      // Neither its guests nor what was brought there for it.
      await script('! pidof qemu-system-aarch64');
      expect(await script('ls /exchange')).not.toContain(runs.events()[0]?.['run'] ?? 'run');
    } finally {
      runs.remove();
    }
    expect(await engineState()).toEqual(untouched);
  });

  it('runs a pack from wherever it was unpacked', async () => {
    const archive = join(folder, 'pack.tar.gz');
    expect((await coordinator('pack', '--out', archive)).code).toBe(0);
    // A 9p share, as the page has one: no links, no packages, nothing of the lab's own root.
    const exchange = join((await labs())[0]?.folder ?? '', 'exchange');
    execFileSync('tar', ['-xzf', archive, '-C', exchange]);
    const ended = await exec('/exchange/coordinator/coordinator', 'devices', '--json');
    expect(ended.stderr).toBe('');
    expect((JSON.parse(ended.stdout) as { bdf: string }[]).map(({ bdf }) => bdf)).toEqual(engines);
  });
});

describe('a lab that is lost', { timeout: LAB_MS }, () => {
  it('says why when its machine was killed, and can be started anew', async () => {
    expect((await labUp()).code).toBe(0);
    const machine = runProcesses().find(({ role }) => role === 'helper');
    process.kill(machine?.pid as number, 'SIGKILL');
    await until('its end', () => !runProcesses().some(({ pid }) => pid === machine?.pid));
    const [lab] = await labs();
    expect(lab).toMatchObject({ state: 'ended', detail: expect.stringMatching(/QEMU was ended by SIGKILL/) });
    expect((await exec('true')).code).toBe(4);
    expect((await labUp()).code).toBe(0);
    expect((await exec('true')).code).toBe(0);
  });

  it('leaves nothing behind when its keeper is killed', async () => {
    const [lab] = await labs();
    process.kill(lab?.pid as number, 'SIGKILL');
    await until('its end', () => runProcesses().every(({ role }) => role !== 'device-server'));
    expect((await coordinator('lab', 'down')).code).toBe(0);
    expect(leftovers()).toEqual([]);
  });

  it('leaves nothing behind when the run it was for is killed', async () => {
    const runs = new RunsFolder();
    try {
      const run = await startWaiting(runs);
      // A lab that a run has for itself, and what is in it, is there for other commands meanwhile.
      expect((await exec('true')).code).toBe(0);
      const guests = JSON.parse((await coordinator('guests', '--json')).stdout) as Record<string, unknown>[];
      const [lab] = await labs();
      expect(guests.filter((guest) => guest['lab'] !== null)).toMatchObject([
        { name: 'guest-1', state: 'running', lab: lab?.id },
      ]);
      run.kill('SIGKILL');
      await run.ended;
      await until('the end of its lab', () => runProcesses().length === 0);
      await coordinator('restore');
      expect(runs.events().at(-1)).toMatchObject({ type: 'run-ended', outcome: 'error' });
      expect(leftovers()).toEqual([]);
    } finally {
      runs.remove();
    }
  });
});

describe('a lab with an SMMUv3', { timeout: LAB_MS }, () => {
  it('has NVMe functions whose DMA goes through it', async () => {
    expect((await labUp('--iommu', 'smmuv3', '--start', 'cold')).code).toBe(0);
    const { stdout } = await exec('sh', '-c', 'dmesg; ls /dev/nvme*n1');
    expect(stdout).toMatch(/arm-smmu-v3 .*: ias 44-bit/);
    for (const bus of ['01', '02', '03', '04']) {
      expect(stdout).toMatch(new RegExp(`nvme 0000:${bus}:00.0: Adding to iommu group`));
    }
    expect(stdout.match(/^\/dev\/nvme\dn1$/gm)).toHaveLength(4);
  });
});
