import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { reportOf } from './support/coordinator.ts';
import { freshRuns } from './support/fresh-runs.ts';
import { AlteredKit } from './support/kit.ts';
import { runProcesses } from './support/processes.ts';

/** Guests, tools, servers and hosts that break, each in its own way: the outcome must name the way. */

const runs = freshRuns();
let kit: AlteredKit | null = null;
afterEach(() => {
  kit?.remove();
  kit = null;
});

const start = (commands: string) => `#!/bin/sh\nkit=$(cd "$(dirname "$0")" && pwd)\n${commands}\n`;
const agent = '"$kit/qjs" "$kit/agent.mjs" --kit "$kit"';
const mountResults =
  'mkdir -p /run/coordinator && mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144 results /run/coordinator\n';

/** Runs one guest with a kit in which these files are replaced. */
async function testWith(replacements: Record<string, string>, ...args: string[]) {
  kit = new AlteredKit(replacements);
  return runs.test('--share', kit.path, '--plan', 'page', ...args);
}

describe('a guest that', () => {
  it('panics', async () => {
    const { ended, guest } = await testWith({ start: start('echo c > /proc/sysrq-trigger; sleep 60') });
    expect(guest).toMatchObject({
      outcome: 'panic',
      reason: expect.stringMatching(/^Kernel panic - not syncing: sysrq/),
      fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/),
      trace: expect.arrayContaining([expect.stringMatching(/^sysrq_handle_crash\+0x/)]),
    });
    expect(ended.code).toBe(3);
  });

  it('hangs before its agent says hello', async () => {
    const { ended, guest } = await testWith({ start: start('sleep 1000') }, '--timeout', '6s');
    expect(guest).toMatchObject({
      outcome: 'hang',
      reason: expect.stringMatching(/within 6\.0 s .*in boot$/),
      boot_ms: null,
    });
    expect(ended.code).toBe(3);
  });

  it('powers off before its agent says hello', async () => {
    const { ended, guest } = await testWith({ start: start('exit 0') });
    expect(guest).toMatchObject({
      outcome: 'error',
      error_kind: 'lost',
      reason: expect.stringMatching(/powered off before/),
    });
    expect(ended.code).toBe(3);
  });

  it('fills its share', async () => {
    // A limit of the whole guest that stretches all others: a slow machine takes its time to write that much.
    const { ended, guest } = await testWith(
      {
        start: start(`${mountResults} dd if=/dev/zero of=/run/coordinator/fill bs=1M count=4000; sleep 1000`),
      },
      '--timeout',
      '30m',
    );
    expect(guest).toMatchObject({ outcome: 'error', reason: 'the guest left more than 64 MiB in its share' });
    expect(ended.code).toBe(3);
  });

  it('plants links and FIFOs where results should be', async () => {
    const { ended, report, guest } = await testWith(
      {
        start: start(`${mountResults} cd /run/coordinator
ln -s /etc/passwd stolen.log
mkfifo pipe.log
rm -f dmesg.log; ln -s /etc/passwd dmesg.log
mv channel.bin moved.bin; mkfifo channel.bin
cat channel.bin >> moved.bin &
${agent} --results /run/coordinator`),
      },
      '--timeout',
      '20s',
    );
    // The guest's agent fails to write its log through the link; nothing of the host is read or changed.
    const folder = join(runs.path, report.run, guest.id);
    expect(existsSync(join(folder, 'dmesg.log'))).toBe(false);
    expect(guest.artifacts.filter((name) => name !== 'vmm.log')).toEqual(['console.log']);
    // What it says into another file than the one it was given, nobody would read.
    expect(guest).toMatchObject({ outcome: 'error', reason: expect.stringMatching(/removed or replaced/) });
    expect(ended.code).toBe(3);
  });

  it('writes rubbish into its channel', async () => {
    const { ended, guest } = await testWith({
      start: start(`${mountResults} head -c 100000 /dev/urandom >> /run/coordinator/channel.bin; ${agent}`),
    });
    expect(guest).toMatchObject({ outcome: 'error', error_kind: 'lost' });
    expect(guest.tests.find(({ name }) => name === 'memcpy/0x100')).toMatchObject({
      outcome: 'pass',
      transactions: 10,
    });
    expect(ended.code).toBe(3);
  });
});

describe('an agent or tool that', () => {
  it('is killed', async () => {
    const { ended, guest } = await testWith({
      start: start(`${agent} & agent=$!; sleep 3; kill -9 $agent; wait`),
      smmute: '#!/bin/sh\nsleep 100\n',
    });
    expect(guest).toMatchObject({
      outcome: 'error',
      error_kind: 'lost',
      reason: expect.stringMatching(/agent ended in test memcpy/),
    });
    expect(ended.code).toBe(3);
  });

  it('prints rubbish', async () => {
    const { ended, guest } = await testWith({ smmute: '#!/bin/sh\nhead -c 200000 /dev/urandom\n' });
    expect(guest).toMatchObject({ outcome: 'fail', reason: expect.stringMatching(/^memcpy\/0x100: .*10/) });
    expect(ended.code).toBe(1);
  });

  it('never ends', async () => {
    const { ended, guest } = await testWith(
      { smmute: '#!/bin/sh\nsleep 1000\n' },
      '--timeout',
      '2m',
      '--plan',
      shortPlan(),
    );
    expect(guest.tests.find(({ name }) => name === 'memcpy/0x100')).toMatchObject({
      outcome: 'fail',
      message: expect.stringMatching(/TIMEOUT/),
    });
    expect(ended.code).toBe(1);
  });

  it('is missing', async () => {
    const { ended, guest } = await testWith({
      start: start('mkdir /tmp/kit; cp -r $kit/. /tmp/kit; rm /tmp/kit/smmute; kit=/tmp/kit; '.concat(agent)),
    });
    expect(guest).toMatchObject({
      outcome: 'error',
      error_kind: 'setup',
      reason: expect.stringMatching(/smmute/),
    });
    expect(ended.code).toBe(4);
  });
});

describe('a host on which', () => {
  const hold = { smmute: '#!/bin/sh\nsleep 100\n' };

  /** Starts guests that stay in their first test. */
  async function hangingInTest(...args: string[]) {
    kit = new AlteredKit(hold);
    const run = runs.start('--share', kit.path, '--plan', 'page', ...args);
    await runs.until('a test to begin', () =>
      runs.events().some((event) => event.type === 'guest-phase' && event['detail'] === 'memcpy/0x100'),
    );
    return run;
  }

  it('the device server is killed in a test', async () => {
    const run = await hangingInTest();
    process.kill(pidOf('device-server'), 'SIGKILL');
    const { ended, guest } = reportOf(await run.ended);
    expect(guest).toMatchObject({
      outcome: 'error',
      error_kind: 'lost',
      reason: 'its device server ended (SIGKILL)',
    });
    expect(guest.tests.map(({ name }) => name)).toContain('probe');
    expect(ended.code).toBe(3);
  });

  it('QEMU is killed', async () => {
    const run = await hangingInTest('--guests', '2');
    const victim = await runs.until('guest-2', () => runProcesses().find(({ guest }) => guest === 'guest-2'));
    process.kill(victim.pid, 'SIGKILL');
    await runs.until('guest-2 to end', () => runs.events().some((event) => event.type === 'guest-ended'));
    run.kill('SIGTERM');
    const { ended, report } = reportOf(await run.ended);
    expect(report.guests[1]).toMatchObject({
      outcome: 'error',
      error_kind: 'lost',
      reason: expect.stringMatching(/ended by SIGKILL/),
    });
    expect(report.guests[0]).toMatchObject({ outcome: 'error', error_kind: 'interrupted' });
    expect(ended.code).toBe(130);
  });

  function pidOf(role: string): number {
    const found = runProcesses().find((process) => process.role === role);
    if (!found) throw new Error(`no ${role} is running`);
    return found.pid;
  }
});

function shortPlan(): string {
  return join(import.meta.dirname, 'plans', 'short.yaml');
}
