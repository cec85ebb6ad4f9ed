import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Coordinator, coordinator, reportOf, until } from './support/coordinator.ts';
import { buildFlood, keptDigest, peakMemoryMiB, sentDigest } from './support/flood.ts';
import { freshRuns } from './support/fresh-runs.ts';
import { AlteredKit } from './support/kit.ts';
import { runProcesses } from './support/processes.ts';

const longPlan = join(import.meta.dirname, 'plans/long.yaml');
const waitingPlan = join(import.meta.dirname, 'plans/waits.yaml');
/** What CI affords; `FLOOD_MB=100` is the whole measure. */
const FLOOD_BYTES = Number(process.env['FLOOD_MB'] ?? 1) * 1_000_000;
const MEMORY_MIB = 150;

const runs = freshRuns();

const channelsOf = (id: string) =>
  runs
    .events()
    .flatMap((event) => (event.type === 'guest-channel' && event['guest'] === id ? [event['channel']] : []));

describe('coordinator test --channel vsock', () => {
  it('passes two guests, which say all they have to say over vsock', async () => {
    const { ended, report } = await runs.test('--guests', '2', '--channel', 'vsock');
    expect(ended.code, ended.told).toBe(0);
    expect(report).toMatchObject({ outcome: 'pass', channel: 'vsock' });
    expect(report.guests).toMatchObject([
      { outcome: 'pass', channel: 'vsock', warnings: [] },
      { outcome: 'pass', channel: 'vsock', warnings: [] },
    ]);
    for (const { tests } of report.guests)
      expect(tests.find(({ name }) => name === 'memcpy/0x100')).toMatchObject({ interrupts: 10 });
    expect(runs.events().filter(({ type }) => type === 'guest-log')).toEqual([]);
  });

  it('loses nothing when the vsock server is killed at work: the guest goes on over the shared file', async () => {
    const run = runs.start('--guests', '2', '--channel', 'vsock', '--plan', longPlan);
    await runs.until('the first test of guest-1', () =>
      runs.events().some((event) => event.type === 'guest-test' && event['guest'] === 'guest-1'),
    );
    const server = runProcesses().find(({ role, guest }) => role === 'helper' && guest === 'guest-1');
    process.kill(server?.pid ?? 0, 'SIGKILL');
    const { ended, report } = reportOf(await run.ended);
    expect(ended.code, ended.told).toBe(0);
    const names = (index: number) => report.guests[index]?.tests.map(({ name }) => name);
    expect(report.guests).toMatchObject([
      { outcome: 'pass', channel: 'vsock→file' },
      { outcome: 'pass', channel: 'vsock' },
    ]);
    expect(names(0)).toEqual(names(1));
    expect(channelsOf('guest-1')).toEqual(['vsock', 'vsock→file']);
    const warning = runs.events().filter(({ type }) => type === 'guest-log');
    expect(warning).toMatchObject([
      { guest: 'guest-1', level: 'warning', text: expect.stringMatching(/^vsock: .*shared file/) },
    ]);
  });

  it('leaves what a guest still said in its share when the coordinator is killed', async () => {
    // QEMU's own device: no server of one ends with the coordinator.
    const plan = ['--plan', waitingPlan, '--files', join(import.meta.dirname, 'programs')];
    const run = runs.start('--channel', 'vsock', '--start', 'cold', ...plan);
    const waiting = await runs.until('the program that waits', () => runs.sharedFile('guest-1', 'run-2'));
    // A test is noted once its interrupts were read.
    await runs.until('the test before it', () =>
      runs
        .events()
        .some((event) => (event['test'] as { name?: string } | undefined)?.name === 'upload/0x400'),
    );
    run.kill('SIGKILL');
    await run.ended;
    writeFileSync(join(waiting, 'go'), '');
    await until('the end of the guest', () => !runProcesses().some(({ role }) => role === 'vmm'));
    const restored = await coordinator('restore');
    expect(restored.stdout).toMatch(/completed the report/);
    const args = ['report', 'latest', '--runs', runs.path, '--reporter', 'json=-'];
    const { guest } = reportOf(await coordinator(...args));
    expect(guest).toMatchObject({ outcome: 'error', error_kind: 'lost' });
    expect(guest.tests.map(({ name }) => name)).toEqual([
      'probe',
      'upload/0x400',
      'waits.sh',
      'download/0x400',
    ]);
  });
});

describe.each(['file', 'vsock'])('a flood over the channel %s', (channel) => {
  it('arrives whole, and in little memory', async () => {
    const kit = new AlteredKit({ 'agent.mjs': await buildFlood(FLOOD_BYTES) });
    try {
      const run = runs.start('--channel', channel, '--share', kit.path, '--timeout', '30m');
      const [{ ended, report }, peak] = await Promise.all([run.ended.then(reportOf), watchMemory(run)]);
      // It reports no test, which is no pass.
      const reason = expect.stringMatching(/never reported the start of test probe/);
      expect(report.guests, ended.stderr).toMatchObject([{ outcome: 'error', reason, channel }]);
      const events = join(runs.path, report.run, 'events.jsonl');
      expect(await keptDigest(events, 'guest-1')).toBe(sentDigest(FLOOD_BYTES));
      expect(peak).toBeLessThan(MEMORY_MIB);
      if (process.env['FLOOD_MB']) {
        const { duration_ms = 0, boot_ms = 0 } = report.guests[0] ?? {};
        const seconds = (duration_ms - (boot_ms ?? 0)) / 1000;
        process.stderr.write(
          `${FLOOD_BYTES / 1e6} MB by ${channel}: ${seconds.toFixed(1)} s, peak ${peak.toFixed(0)} MiB\n`,
        );
      }
    } finally {
      kit.remove();
    }
  }, 1_800_000);
});

async function watchMemory({ child, ended }: Coordinator): Promise<number> {
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, peakMemoryMiB(child.pid ?? 0) ?? 0);
  }, 50);
  await ended;
  clearInterval(timer);
  return peak;
}
