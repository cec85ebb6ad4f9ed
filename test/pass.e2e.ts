import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { coordinator } from './support/coordinator.ts';
import { freshRuns } from './support/fresh-runs.ts';
import { expectPassed } from './support/guest-tests.ts';
import { AlteredKit } from './support/kit.ts';

const vendorPlan = join(import.meta.dirname, 'plans/vendor.yaml');

const runs = freshRuns();

describe('coordinator test', () => {
  it('passes two guests, and its JSON report says what each did', async () => {
    const { ended, report } = await runs.test('--guests', '2', '--cpus', '2');
    expect(ended.code, ended.told).toBe(0);
    expect(report).toMatchObject({
      version: 1,
      platform: 'virtual',
      vmm: 'qemu',
      channel: 'file',
      start: 'snapshot',
      outcome: 'pass',
    });
    expect(report.guests.map(({ id }) => id)).toEqual(['guest-1', 'guest-2']);
    for (const guest of report.guests) {
      expect(guest).toMatchObject({ outcome: 'pass', reason: null, error_kind: null, warnings: [] });
      expect(guest.device).toMatchObject({ host_bdf: null, driver: 'smmute-pci', node: '/dev/smmute0' });
      expect(guest.device.guest_bdf).toMatch(/^0000:0[01]:0\d\.0$/);
      expectPassed(guest, {
        ...{ probe: 0, 'memcpy/0x100': 10, 'rand48/0x1000': 1, 'sum64/0x1000': 1 },
        ...{ 'memcpy/0x1000/fault-drv': 1, 'memcpy/0x201003': 2, 'memcpy/0x8000/stride-64': 2 },
        ...{ 'rand48/0x3003': 2, 'sum64/0x21000': 2, 'p2p/0x8': 8, 'memcpy/0x1000/depth-16': 48 },
        ...{ 'sum64/0x1000/fault-drv': 1, 'rand48/0x1000/fault-foreign-write': 1 },
        ...{ 'memcpy/0x1000/fault-substream': 1, interrupts: 0 },
      });
      for (const { name, transactions, interrupts = 0, latency_us = [], misconfigured } of guest.tests) {
        const told = latency_us.reduce((sum, [, count]) => sum + count, 0);
        expect(told, name).toBe(name.startsWith('p2p') ? transactions / 2 : transactions);
        if (/p2p|depth|probe|^interrupts$/.test(name)) continue;
        expect(interrupts, name).toBe(transactions - misconfigured);
      }
      expect(guest.interrupts?.rows).toHaveLength(8);
      expect(guest.interrupts?.cpus).toEqual([0, 1]);
      expect(guest.interrupts?.rows.map((row) => row.action)).toEqual(Array(8).fill(guest.device.guest_bdf));
      // QEMU may have had something to say.
      expect(guest.artifacts.filter((name) => name !== 'vmm.log')).toEqual(['console.log', 'dmesg.log']);
      const folder = join(runs.path, report.run, guest.id);
      expect(readFileSync(join(folder, 'console.log'), 'utf8').length).toBeGreaterThan(0);
      expect(readFileSync(join(folder, 'dmesg.log'), 'utf8')).toMatch(/smmute/);
    }
  });

  it('shows what a guest prints while it runs', async () => {
    const follow = ['--append', 'loglevel=7', '--follow', 'guest-2'];
    const { ended, report } = await runs.test('--guests', '2', '--plan', 'page', ...follow);
    expect(ended.code, ended.told).toBe(0);
    const shown = ended.stderr.split('\n').filter((line) => line.includes(' | '));
    expect(shown.every((line) => line.startsWith('guest-2 | '))).toBe(true);
    const kept = readFileSync(join(runs.path, report.run, 'guest-2/console.log'), 'utf8');
    expect(shown.map((line) => line.replace('guest-2 | ', ''))).toEqual(
      stripVTControlCharacters(kept).trimEnd().split(/\r?\n/),
    );
    expect(shown.length).toBeGreaterThan(10);
  });

  it('passes eight guests at once', async () => {
    const { ended, report } = await runs.test('--guests', '8');
    expect(ended.stderr).not.toMatch(/Warning/);
    expect(ended.code, ended.told).toBe(0);
    expect(report.guests.map(({ outcome }) => outcome)).toEqual(Array(8).fill('pass'));
    for (const { tests } of report.guests)
      expect(tests.find(({ name }) => name === 'memcpy/0x100')).toMatchObject({ interrupts: 10 });
  });

  it("has isolation tested behind an IOMMU of the guest's own", async () => {
    const { ended, report } = await runs.test('--plan', 'isolation', '--guests', '2');
    expect(ended.code, ended.told).toBe(0);
    for (const { tests } of report.guests) {
      const faults = tests.filter(({ name }) => name.includes('/fault-'));
      expect(faults.map(({ aborted, transactions }) => aborted === transactions)).toEqual(
        faults.map(() => true),
      );
      expect(faults.length).toBeGreaterThan(8);
    }
  });

  it.each(['stdout', 'stderr'])("reads a tool that prints like its vendor's, on %s", async (stream) => {
    const kit = new AlteredKit({});
    kit.wrapTool(stream === 'stderr' ? '"$real" "$@" 1>&2' : 'exec "$real" "$@"');
    try {
      const { ended, guest } = await runs.test('--share', kit.path, '--plan', vendorPlan);
      expect(ended.code, guest.reason ?? ended.stderr).toBe(0);
      expect(guest.tests.map(({ transactions }) => transactions)).toEqual([0, 40, 3, 3, 3, 6, 3, 2, 1, 0]);
    } finally {
      kit.remove();
    }
  });

  it('runs only what a plan names, and renders the run again in every format', async () => {
    const { report } = await runs.test('--plan', 'page');
    expect(report.guests[0]?.tests.map(({ name }) => name)).toEqual(['probe', 'memcpy/0x100', 'interrupts']);
    const render = (...args: string[]) => coordinator('report', '--runs', runs.path, ...args);
    const json = await render('latest', '--reporter', 'json=-');
    expect(JSON.parse(json.stdout)).toEqual(report);
    expect((await render(report.run, '--reporter', 'tap=-')).stdout).toMatch(/^TAP version 14\n/);
    expect((await render('latest', '--reporter', 'junit=-')).stdout).toMatch(
      /<testcase [^>]*name="memcpy\/0x100"/,
    );
    expect((await render('latest')).stdout).toMatch(/guest-1 .*pass/);
    expect((await render()).stdout).toContain(report.run);
  });
});
