import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { reportSchema } from '@coordinator/shared/report';
import { describe, expect, it } from 'vitest';
import { Coordinator, coordinator, reportOf, until } from './support/coordinator.ts';
import { freshRuns } from './support/fresh-runs.ts';

const runs = freshRuns();

const start = (...args: string[]) =>
  new Coordinator(['stress', '--runs', runs.path, '--plan', 'page', '--reporter', 'json=-', ...args]);
const endedRounds = () => runs.events().filter(({ type }) => type === 'guest-ended').length;

describe('coordinator stress', () => {
  it.each(['restart', 'loop'])(
    'runs all rounds, mode %s, and one of them again by its seed',
    async (mode) => {
      const { ended, report } = reportOf(
        await start('--guests', '2', '--rounds', '6', '--mode', mode, '--seed', '1').ended,
      );
      expect(ended.code, ended.told).toBe(0);
      expect(report).toMatchObject({
        outcome: 'pass',
        seed: 1,
        rounds: 6,
        transactions: 60,
        outcomes: { pass: 6, fail: 0, hang: 0, panic: 0, error: 0 },
        stress: { started: 6, failures: 0, interrupts: 60, mode },
      });
      expect(report.guests_per_minute).toBeGreaterThan(0);
      expect(report.stress?.vectors).toHaveLength(8);
      expect(report.stress?.round_ms?.count).toBe(6);
      // Of rounds that passed, each guest's last is there, in the report as on the disk.
      for (const slot of ['guest-1', 'guest-2']) {
        const kept = report.guests.filter(({ id }) => id.startsWith(`${slot}/`)).map(({ id }) => id);
        const folders = readdirSync(join(runs.path, report.run, slot)).map((name) => `${slot}/${name}`);
        expect(kept).toEqual(folders);
        expect(existsSync(join(runs.path, report.run, kept[0] ?? '', 'console.log'))).toBe(true);
      }
      const [round] = report.guests;
      const again = await runs.test(...(round?.repeat ?? '').split(' ').slice(2));
      // Only a guest's first round looks for the device.
      const names = (tests: typeof again.guest.tests) =>
        tests.map(({ name }) => name).filter((name) => name !== 'probe');
      expect(names(again.guest.tests)).toEqual(names(round?.tests ?? []));
    },
  );

  it('recognizes every fault for what it is', async () => {
    // With this seed, each of the first six rounds gets another fault.
    const run = start(
      ...['--guests', '2', '--jobs', '2', '--rounds', '7', '--seed', '8'],
      ...['--chaos', 'all=16%', '--silence', '6s'],
    );
    const { ended, report } = reportOf(await run.ended);
    expect(report.stress?.mismatches).toEqual([]);
    expect(report.stress?.faults).toHaveLength(6);
    for (const { injected, detected } of report.stress?.faults ?? []) expect(detected).toBe(injected);
    expect(report.stress?.faults.filter(({ injected }) => injected > 0).length).toBeGreaterThanOrEqual(5);
    expect([ended.code, report.reason]).toEqual([0, null]);
  });

  it('ends in order on Ctrl-C, with what was done so far', async () => {
    const run = start('--guests', '2', '--duration', '10m');
    await until('a round to end', () => endedRounds() > 0);
    run.kill('SIGINT');
    const { ended, report } = reportOf(await run.ended);
    expect(ended.code).toBe(130);
    expect(report.rounds).toBeGreaterThan(0);
    expect(report.outcomes?.pass).toBe(report.rounds);
    expect(report.stress?.started).toBe((report.rounds ?? 0) + (report.stress?.interrupted ?? 0));
  });

  it('is completed by restore when it was killed', async () => {
    const run = start('--guests', '2', '--duration', '10m', '--mode', 'loop');
    await until('rounds to end', () => endedRounds() > 3);
    run.kill('SIGKILL');
    await run.ended;
    expect((await coordinator('restore')).stdout).toMatch(/completed the report/);
    const { stdout } = await coordinator('report', 'latest', '--runs', runs.path, '--reporter', 'json=-');
    const report = reportSchema.parse(JSON.parse(stdout));
    expect(report.reason).toBe('the coordinator was killed');
    expect(report.outcomes?.pass).toBeGreaterThan(3);
    // Rounds that were killed with it were lost, or had only just begun.
    expect([3, 4]).toContain(report.exit_code);
  });

  it('needs an end, and faults that exist', async () => {
    const endless = await coordinator('stress', '--guests', '2');
    expect([endless.code, endless.stderr]).toEqual([2, expect.stringMatching(/needs an end[\s\S]*--rounds/)]);
    const unknown = await coordinator('stress', '--rounds', '1', '--chaos', 'kill-all');
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringMatching(/"kill-all" is no fault/)]);
  });
});

describe('--retry', () => {
  it('shows a guest that passed at its second try as flaky, everywhere', async () => {
    const junit = join(runs.path, 'junit.xml');
    const run = runs.start('--retry', '1', '--plan', 'page', '--reporter', `junit=${junit}`);
    // Not before it has started: one that is killed while it is restored boots instead.
    const vmm = await until('a guest', () => runs.events().find(({ type }) => type === 'guest-started'));
    process.kill(Number(vmm['pid']), 'SIGKILL');
    const { ended, report, guest } = reportOf(await run.ended);
    expect(ended.code, ended.told).toBe(0);
    expect(guest).toMatchObject({
      outcome: 'pass',
      flaky: true,
      attempts: [{ outcome: 'error', error_kind: 'lost', reason: expect.stringMatching(/SIGKILL/) }],
    });
    expect(existsSync(join(runs.path, report.run, 'guest-1', 'attempt-1', 'console.log'))).toBe(true);
    const render = async (name: string) =>
      (await coordinator('report', report.run, '--runs', runs.path, '--reporter', `${name}=-`)).stdout;
    expect(await render('junit')).toMatch(/<flakyFailure message="[^"]*SIGKILL/);
    expect(await render('tap')).toMatch(/^# FLAKY passed at try 2, after error/m);
    expect(await render('ktap')).toMatch(/^# FLAKY passed at try 2/m);
    expect(await render('github')).toMatch(/^::warning title=guest-1 flaky::/m);
    expect(await render('html')).toMatch(/flaky: passed at try 2/);
    expect(await render('lava')).toMatch(/TEST_CASE_ID=flaky/);
    expect(await render('terminal')).toMatch(/guest-1 +flaky/);
  });
});
