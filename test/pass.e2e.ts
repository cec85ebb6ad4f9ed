import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { coordinator, RunsFolder } from './support/coordinator.ts';
import { leftovers } from './support/processes.ts';

let runs: RunsFolder;
beforeEach(() => {
  runs = new RunsFolder();
});
afterEach(() => {
  runs.remove();
  expect(leftovers()).toEqual([]);
});

describe('coordinator test', () => {
  it('passes two guests, and its JSON report says what each did', async () => {
    const started = performance.now();
    const { ended, report } = await runs.test('--guests', '2');
    const seconds = (performance.now() - started) / 1000;
    expect(ended.code, ended.stderr).toBe(0);
    expect(report).toMatchObject({
      version: 1,
      platform: 'virtual',
      vmm: 'qemu',
      channel: 'file',
      start: 'cold',
      outcome: 'pass',
    });
    expect(report.guests.map(({ id }) => id)).toEqual(['guest-1', 'guest-2']);
    for (const guest of report.guests) {
      expect(guest).toMatchObject({ outcome: 'pass', reason: null, error_kind: null, warnings: [] });
      expect(guest.device).toMatchObject({ host_bdf: null, driver: 'smmute-pci', node: '/dev/smmute0' });
      expect(guest.device.guest_bdf).toMatch(/^0000:00:0\d\.0$/);
      expect(guest.tests.map(({ name, outcome, transactions }) => [name, outcome, transactions])).toEqual([
        ['probe', 'pass', 0],
        ['memcpy/0x100', 'pass', 10],
        ['rand48/0x1000', 'pass', 1],
        ['sum64/0x1000', 'pass', 1],
        ['memcpy/0x1000/fault-drv', 'pass', 1],
        ['interrupts', 'pass', 0],
      ]);
      expect(guest.interrupts?.rows).toHaveLength(8);
      expect(guest.interrupts?.device_total).toBe(13);
      expect(guest.interrupts?.rows.map((row) => row.action)).toEqual(Array(8).fill(guest.device.guest_bdf));
      expect(guest.artifacts).toEqual(['console.log', 'dmesg.log']);
      const folder = join(runs.path, report.run, guest.id);
      expect(readFileSync(join(folder, 'console.log'), 'utf8').length).toBeGreaterThan(0);
      expect(readFileSync(join(folder, 'dmesg.log'), 'utf8')).toMatch(/smmute/);
    }
    // A generous bound that still catches a wait which has no reason: the run itself takes a few seconds.
    expect(seconds).toBeLessThan(12);
  });

  it('passes eight guests at once', async () => {
    const { ended, report } = await runs.test('--guests', '8');
    expect(ended.code, ended.stderr).toBe(0);
    expect(report.guests.map(({ outcome }) => outcome)).toEqual(Array(8).fill('pass'));
    expect(new Set(report.guests.map((guest) => guest.interrupts?.device_total))).toEqual(new Set([13]));
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
