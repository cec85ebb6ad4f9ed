import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Coordinator, coordinator, reportOf, until } from './support/coordinator.ts';
import { freshRuns } from './support/fresh-runs.ts';
import { leftovers, runProcesses } from './support/processes.ts';

const runs = freshRuns();
const files = join(import.meta.dirname, 'programs');

const writePlan = (...tests: string[]) =>
  writeFileSync(join(runs.path, 'plan.yaml'), `tests:\n${tests.map((test) => `- ${test}\n`).join('')}`);

/** The same words in the same folder, again and again. */
function start(...more: string[]): Coordinator {
  const words = ['--plan', 'plan.yaml', '--runs', 'kept', '--cpus', '1', '--reporter', 'json=-', ...more];
  return new Coordinator(['test', ...words], { cwd: runs.path });
}

const test = async (...more: string[]) => reportOf(await start(...more).ended);

const keptRuns = () =>
  readdirSync(join(runs.path, 'kept'))
    .filter((name) => /^\d{8}-/.test(name))
    .sort();

const vmms = () => runProcesses().filter(({ role }) => role === 'vmm');

/** Field 22 of /proc/[pid]/stat, proc_pid_stat(5): clock ticks after the boot. */
function startedAt(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
}

beforeEach(() => {
  mkdirSync(join(runs.path, 'kept'));
  writePlan('{ mode: memcpy }');
});

describe('the same command again', () => {
  it('has its first guest before anything of it is known, and passes', async () => {
    writePlan('{ mode: memcpy }', '{ run: ./waits.sh, timeout: 30m }');
    const first = start('--files', files);
    writeFileSync(join(await until('the program that waits', waiting), 'go'), '');
    expect((await first.ended).code).toBe(0);
    const again = start('--files', files);
    const folder = await until('the program that waits', waiting);
    const [vmm] = vmms();
    const server = runProcesses().find(({ role }) => role === 'device-server');
    if (!vmm || !server) throw new Error('it has no guest, or no device');
    expect(startedAt(vmm.pid)).toBeLessThanOrEqual(startedAt(server.pid));
    expect(vmm.guest).toBe('guest-1');
    writeFileSync(join(folder, 'go'), '');
    const { ended, report, guest } = reportOf(await again.ended);
    expect(ended.code, ended.told).toBe(0);
    expect(report).toMatchObject({ outcome: 'pass' });
    expect(guest).toMatchObject({ start: 'snapshot', outcome: 'pass' });
    expect(keptRuns()).toContain(report.run);
    expect(existsSync(join(runs.path, 'kept', report.run, 'standby'))).toBe(false);
  });

  it('is what it says, where it comes to something else', async () => {
    await test();
    writeFileSync(join(runs.path, 'coordinator.yaml'), 'memory: 300\n');
    const { ended, report } = await test();
    expect(ended.code, ended.told).toBe(0);
    expect(report).toMatchObject({ outcome: 'pass', guests: [{ outcome: 'pass' }] });
    const events = readFileSync(join(runs.path, 'kept', report.run, 'events.jsonl'), 'utf8');
    expect(events).toContain('"300M"');
  });

  it('leaves nothing of it where nothing can be run', async () => {
    await test();
    const before = keptRuns();
    writePlan('{ mode: nonsense }');
    const ended = await start().ended;
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('tests[0].mode') });
    await until('its end', () => leftovers().length === 0);
    expect(keptRuns()).toEqual(before);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends in order on %s, however early', async (signal) => {
    await test();
    const run = start();
    await until('its guest', () => vmms().length > 0);
    run.kill(signal);
    const ended = await run.ended;
    expect(ended.code ?? ended.signal).toBeOneOf([130, signal]);
    await until('its end', () => leftovers().length === 0);
    // What had begun has a report.
    for (const id of keptRuns())
      expect(readdirSync(join(runs.path, 'kept', id)), id).toContain('report.json');
  });

  it('is cleaned up after by the next command when it was killed, however early', async () => {
    await test();
    const before = keptRuns();
    const run = start();
    await until('its guest', () => vmms().length > 0);
    run.kill('SIGKILL');
    await run.ended;
    const begun = keptRuns().filter((id) => !before.includes(id) && hasEvents(id));
    const told = begun.length > 0 ? 'completed the report' : 'it had not begun';
    expect((await coordinator('restore')).stdout).toContain(told);
    expect(leftovers()).toEqual([]);
    expect(keptRuns()).toEqual([...before, ...begun]);
  });
});

/** Whether a run had begun: on a busy machine it may have, until somebody looks. */
function hasEvents(run: string): boolean {
  const events = join(runs.path, 'kept', run, 'events.jsonl');
  return existsSync(events) && readFileSync(events).length > 0;
}

/** The folder of a program that waits, as in `hands.e2e.ts`. */
function waiting(): string | undefined {
  const guests = vmms().flatMap(({ guest = '' }) => keptRuns().map((run) => join('kept', run, guest)));
  return guests
    .map((guest) => join(runs.path, guest, 'share', 'run-2'))
    .find((share) => existsSync(share) && !existsSync(join(share, 'go')));
}
