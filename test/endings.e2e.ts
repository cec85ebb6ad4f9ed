import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { coordinator, reportOf, runtimeFolder, until } from './support/coordinator.ts';
import { freshRuns } from './support/fresh-runs.ts';
import { AlteredKit, IDLE_TOOL } from './support/kit.ts';
import { leftovers, runProcesses } from './support/processes.ts';

const longPlan = resolve(import.meta.dirname, 'plans/long.yaml');
const program = resolve(import.meta.dirname, '../packages/host/bin/coordinator.js');

const runs = freshRuns();
let kit: AlteredKit | null = null;
afterEach(() => {
  kit?.remove();
  kit = null;
});

const has = (type: string) => runs.events().some((event) => event.type === type);

describe('a coordinator that was stopped', () => {
  it('does not hold it against its guests', async () => {
    // The guest is healthy, and silent for longer than it may be while nobody can listen.
    const run = runs.start('--plan', longPlan, '--silence', '3s');
    await until('a test', () => has('guest-test'));
    run.kill('SIGSTOP');
    await sleep(8000);
    run.kill('SIGCONT');
    const { ended, report } = reportOf(await run.ended);
    expect(ended.code, ended.told).toBe(0);
    expect(report.outcome).toBe('pass');
  });
});

describe('a terminal that goes away', () => {
  it('ends the run in order', async () => {
    kit = new AlteredKit({ smmute: IDLE_TOOL });
    const command = [process.execPath, program, 'test', '--share', kit.path, '--runs', runs.path];
    // script(1) is the terminal: killed, it takes its pseudo-terminal with it.
    const terminal = spawn('script', ['-qfec', command.map((word) => `'${word}'`).join(' '), '/dev/null'], {
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { ...process.env, XDG_RUNTIME_DIR: runtimeFolder },
    });
    const exited = once(terminal, 'exit');
    await until('a test', () => runs.events().some((event) => event['detail'] === 'memcpy/0x100'));
    terminal.kill('SIGKILL');
    await exited;
    await until('the end of the run', () => has('run-ended'));
    await until('the end of all of it', () => leftovers().length === 0);
    const { report } = reportOf(await coordinator('report', 'latest', '--runs', runs.path, '-r', 'json=-'));
    expect(report.guests).toMatchObject([{ outcome: 'error', error_kind: 'interrupted' }]);
    expect(report.guests[0]?.tests).toMatchObject([{ name: 'probe', outcome: 'pass' }]);
  });
});

describe('a device server that dies', () => {
  it('costs what it served; what is tried again gets nothing, and is reported', async () => {
    kit = new AlteredKit({ smmute: IDLE_TOOL });
    const run = runs.start('--share', kit.path, '--retry', '1');
    await until('a test', () => runs.events().some((event) => event['detail'] === 'memcpy/0x100'));
    const server = runProcesses().find(({ role }) => role === 'device-server');
    process.kill(server?.pid ?? 0, 'SIGKILL');
    const { ended, guest } = reportOf(await run.ended);
    expect(guest.attempts).toMatchObject([{ outcome: 'error', error_kind: 'lost' }]);
    expect(guest).toMatchObject({ outcome: 'error', error_kind: 'setup' });
    expect(ended.code, ended.told).toBe(4);
  });
});

describe('a hostile guest among eight', () => {
  it('leaves the results of the others as they were', async () => {
    // All get the same kit; one finds its own name in its job, and behaves as no guest should.
    const hostile = `
mkdir -p /run/coordinator && mount -t 9p -o trans=virtio,version=9p2000.L results /run/coordinator
if grep -q '"guest":"guest-3"' /run/coordinator/job.json; then
  mkdir /run/coordinator/hidden; chmod 0300 /run/coordinator/hidden
  head -c 3000000 /dev/zero | tr '\\0' '\\r' > /dev/console &
  head -c 20000000 /dev/urandom >> /run/coordinator/channel.bin
  sleep 1000
fi
umount /run/coordinator
exec "$kit/qjs" "$kit/agent.mjs" --kit "$kit" "$@"`;
    kit = new AlteredKit({});
    const start = kit.read('start').replace(/^exec .*$/m, hostile);
    kit.remove();
    kit = new AlteredKit({ start });
    const args = ['--guests', '8', '--plan', 'page', '--share', kit.path];
    const { ended, report } = await runs.test(...args, '--timeout', '60s', '--silence', '20s');
    const outcomes = report.guests.map(({ id, outcome }) => `${id} ${outcome}`);
    expect(ended.code, ended.told).toBe(3);
    expect(outcomes.filter((one) => one.endsWith(' pass'))).toHaveLength(7);
    expect(report.guests.find(({ id }) => id === 'guest-3')?.outcome).not.toBe('pass');
    for (const { id, tests } of report.guests) {
      if (id === 'guest-3') continue;
      expect(tests.map(({ outcome }) => outcome).filter((outcome) => outcome !== 'pass')).toEqual([]);
    }
  });
});
