import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Coordinator, coordinator, reportOf, until } from './support/coordinator.ts';
import { freshRuns } from './support/fresh-runs.ts';
import { AlteredKit, IDLE_TOOL } from './support/kit.ts';
import { leftovers, type RunProcess, runProcesses } from './support/processes.ts';

const runs = freshRuns();

/** More guests than may run at once: others stand by meanwhile. */
const start = (plan = 'page', ...more: string[]): Coordinator =>
  runs.start('--guests', '7', '--jobs', '2', '--plan', plan, '--start', 'snapshot', ...more);

const standing = (): RunProcess[] => runProcesses().filter(({ guest }) => guest?.startsWith('standby-'));

/** So that some stand by for the guests that wait. */
const untilTwoRun = () =>
  until(
    'two guests, and one that stands by',
    () => runs.events().filter(({ type }) => type === 'guest-hello').length >= 2 && standing().length > 0,
  );

describe('guests that stand by', () => {
  it('are replaced when their VMM dies', async () => {
    const run = start();
    await untilTwoRun();
    const killed = standing().map(({ pid }) => pid);
    for (const pid of killed) process.kill(pid, 'SIGKILL');
    const { ended, report } = reportOf(await run.ended);
    expect(ended.code, ended.told).toBe(0);
    expect(report.guests.map((guest) => [guest.start, guest.outcome, guest.warnings])).toEqual(
      Array(7).fill(['snapshot', 'pass', []]),
    );
    const started = runs.events().filter(({ type }) => type === 'guest-started');
    expect(started.filter(({ pid }) => killed.includes(Number(pid)))).toEqual([]);
  });

  it('end with the run on Ctrl-C', async () => {
    const run = start();
    await untilTwoRun();
    run.kill('SIGINT');
    const { ended, report } = reportOf(await run.ended);
    expect([ended.code, leftovers()]).toEqual([130, []]);
    expect(existsSync(join(runs.path, report.run, 'standby'))).toBe(false);
  });

  it('are no guests, and end with them, when the coordinator was killed', async () => {
    // Guests that do not end by themselves meanwhile, nor with the server of their device: QEMU has this one.
    const kit = new AlteredKit({ edudma: IDLE_TOOL });
    const run = start('edu', '--exerciser', 'edu', '--share', kit.path);
    await untilTwoRun();
    run.kill('SIGKILL');
    await run.ended;
    const { run: id } = runs.events()[0] as { run?: string };
    const listed = JSON.parse((await coordinator('guests', '--json')).stdout) as Array<
      Record<string, unknown>
    >;
    expect(listed.filter((guest) => guest['run'] === id)).toMatchObject([
      { name: 'guest-1', state: 'orphaned' },
      { name: 'guest-2', state: 'orphaned' },
    ]);
    expect(standing()).not.toEqual([]);
    expect((await coordinator('restore')).stdout).toMatch(/ended 2 guests, completed the report/);
    kit.remove();
    expect(leftovers()).toEqual([]);
    expect(existsSync(join(runs.path, id ?? '', 'standby'))).toBe(false);
  });
});
