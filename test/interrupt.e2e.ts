import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  Coordinator,
  coordinator,
  RunsFolder,
  reportOf,
  runtimeFolder,
  until,
} from './support/coordinator.ts';
import { AlteredKit, IDLE_TOOL } from './support/kit.ts';
import { leftovers, runProcesses } from './support/processes.ts';

let runs: RunsFolder;
let kit: AlteredKit;
beforeEach(() => {
  runs = new RunsFolder();
  kit = new AlteredKit({ smmute: IDLE_TOOL, edudma: IDLE_TOOL });
});
afterEach(() => {
  runs.remove();
  kit.remove();
  expect(leftovers()).toEqual([]);
});

const inTest = () =>
  runs.events().some((event) => event.type === 'guest-phase' && event['detail'] === 'memcpy/0x100');

describe('Ctrl-C', () => {
  it('during boot ends every guest', async () => {
    const run = runs.start('--guests', '2');
    await runs.until('two guests', () => runProcesses().filter(({ role }) => role === 'vmm').length === 2);
    run.kill('SIGINT');
    const { ended, report } = reportOf(await run.ended);
    expect(ended.code).toBe(130);
    expect(report.guests.map(({ outcome, error_kind, reason }) => [outcome, error_kind, reason])).toEqual(
      Array(2).fill(['error', 'interrupted', 'interrupted']),
    );
  });

  it('before the first guest starts is no error', async () => {
    const run = runs.start('--share', kit.path, '--guests', '8');
    await runs.until('the run', () => runs.events().some(({ type }) => type === 'run-started'));
    run.kill('SIGINT');
    const { ended, report } = reportOf(await run.ended);
    expect(ended.code, ended.told).toBe(130);
    expect(new Set(report.guests.map(({ reason }) => reason))).toEqual(new Set(['interrupted']));
  });

  it('during tests keeps what was reported', async () => {
    const run = runs.start('--share', kit.path);
    await runs.until('a test to begin', inTest);
    run.kill('SIGINT');
    const { ended, guest } = reportOf(await run.ended);
    expect(ended.code).toBe(130);
    expect(guest.device.driver).toBe('smmute-pci');
    expect(guest.tests).toEqual([expect.objectContaining({ name: 'probe', outcome: 'pass' })]);
  });

  it('twice ends at once', async () => {
    const run = runs.start('--share', kit.path);
    await runs.until('a guest', () => runs.events().some(({ type }) => type === 'guest-started'));
    // Two of the same kind may become one on their way.
    run.kill('SIGINT');
    run.kill('SIGTERM');
    expect((await run.ended).code).toBe(130);
    // It did not even write its end down: the next command does.
    expect(runs.events().some(({ type }) => type === 'run-ended')).toBe(false);
    expect((await coordinator('restore')).stdout).toMatch(/ended 0 guests, completed the report/);
  });
});

describe('SIGKILL', () => {
  it('leaves guests that the next commands show and end, with what they had reported', async () => {
    // QEMU's own device: no server of one ends with the coordinator, and guests that notice.
    const run = runs.start('--share', kit.path, '--guests', '2', '--exerciser', 'edu');
    await until(
      'two guests in their test',
      () => runs.events().filter((event) => event['detail'] === 'roundtrip/0x1000').length === 2,
    );
    run.kill('SIGKILL');
    expect((await run.ended).signal).toBe('SIGKILL');

    const { run: id } = runs.events()[0] as { run?: string };
    const guestsOfRun = async () =>
      JSON.parse((await coordinator('guests', '--json')).stdout).filter(
        (guest: { run: string }) => guest.run === id,
      );
    expect(await guestsOfRun()).toMatchObject([
      { name: 'guest-1', vmm: 'qemu', state: 'orphaned' },
      { name: 'guest-2', vmm: 'qemu', state: 'orphaned' },
    ]);
    // Those who have another runtime folder have no note of the run, and could not complete its report.
    const env = { XDG_RUNTIME_DIR: runs.path };
    const elsewhere = await new Coordinator(['restore'], { env }).ended;
    expect(elsewhere.stdout).toContain(`run ${id}: was left with another runtime folder`);
    expect(elsewhere.stdout).toContain(`XDG_RUNTIME_DIR=${runtimeFolder} coordinator restore`);
    expect(await guestsOfRun()).toHaveLength(2);
    const restored = await coordinator('restore');
    expect(restored.code).toBe(0);
    expect(restored.stdout).toMatch(/ended 2 guests, completed the report/);
    expect(leftovers()).toEqual([]);
    expect(await guestsOfRun()).toEqual([]);

    const { report } = reportOf(
      await coordinator('report', 'latest', '--runs', runs.path, '--reporter', 'json=-'),
    );
    expect(report.reason).toBe('the coordinator was killed');
    for (const guest of report.guests) {
      expect(guest).toMatchObject({ outcome: 'error', error_kind: 'lost' });
      expect(guest.tests).toEqual([expect.objectContaining({ name: 'probe', outcome: 'pass' })]);
    }
  });

  it('leaves nothing of a run that had not begun', async () => {
    const run = runs.start('--share', kit.path);
    await runs.until('its folder', () => readdirSync(runs.path).length > 0);
    run.kill('SIGKILL');
    await run.ended;
    const hadBegun = runs.events().length > 0;
    expect((await coordinator('restore')).stdout).toMatch(
      hadBegun ? /completed the report/ : /had not begun/,
    );
    expect(readdirSync(runs.path).some((name) => /^\d{8}-/.test(name))).toBe(hadBegun);
  });

  it('is also cleaned up after by the next run', async () => {
    const run = runs.start('--share', kit.path);
    await runs.until('a guest', () => runProcesses().some(({ role }) => role === 'vmm'));
    run.kill('SIGKILL');
    await run.ended;
    const next = new RunsFolder();
    const { ended } = await next.test('--plan', 'page');
    next.remove();
    expect(ended.code).toBe(0);
  });
});

/** A file system of 1 MiB, in a mount namespace of its own that ends with the coordinator. */
const onTinyDisk = (folder: string) => [
  'unshare',
  '--user',
  '--map-root-user',
  '--mount',
  'sh',
  '-c',
  `mount -t tmpfs -o size=256k none ${folder} && exec "$@"`,
  'sh',
];

describe('a full disk', () => {
  it('ends the run with one clear sentence, and leaves nothing behind', async () => {
    const disk = join(runs.path, 'disk');
    mkdirSync(disk);
    kit.remove();
    kit = new AlteredKit({ start: '#!/bin/sh\nyes filling the console >/dev/console\n' });
    const run = new Coordinator(
      ['test', '--share', kit.path, '--runs', join(disk, 'runs'), '--reporter', 'json=-'],
      {
        launcher: onTinyDisk(disk),
      },
    );
    const { ended, guest } = reportOf(await run.ended);
    expect(guest).toMatchObject({ outcome: 'error', reason: expect.stringMatching(/no space left|ENOSPC/) });
    expect(ended.code).toBe(4);
  });
});
