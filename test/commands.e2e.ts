import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { UserVsock, type VsockProvider } from '@coordinator/channel';
import { setUp, setUpVsock } from '@coordinator/image';
import { makeLimits } from '@coordinator/life';
import { ownIdentity } from '@coordinator/machine/process';
import type { UnstampedEvent } from '@coordinator/shared/event';
import { builtinPlans, parsePlan } from '@coordinator/shared/plan';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KERNEL_ARGUMENTS } from '../packages/host/src/kernel-arguments.ts';
import { Guest } from '../packages/runner/src/guest/guest.ts';
import { VirtualPlatform } from '../packages/runner/src/platform/virtual.ts';
import { until } from './support/coordinator.ts';

/** Commands to a guest that stays, by the parts of the coordinator that `stress` is made of. */

const packages = resolve(import.meta.dirname, '../packages');
const plan = parsePlan(builtinPlans.get('page') ?? '', 'page');
const [step] = plan.tests;

let folder: string;
let platform: VirtualPlatform;
let events: UnstampedEvent[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'commands-'));
  events = [];
});
afterEach(async () => {
  await platform.close();
  rmSync(folder, { recursive: true });
});

const count = (matches: (event: UnstampedEvent) => boolean) => events.filter(matches).length;
const isIdle = (event: UnstampedEvent) => event.type === 'guest-phase' && event.phase === 'idle';

async function startGuest(channel: string) {
  const files = await setUp({
    agentBundle: join(packages, 'guest/dist/agent.mjs'),
    execDaemon: join(packages, 'guest/dist/exec-daemon.mjs'),
    nativeDir: join(packages, 'guest/native'),
  });
  const place = { runtimeFolder: folder, marker: { run: 'commands', owner: ownIdentity() } };
  platform = await VirtualPlatform.start({
    ...place,
    qemu: files.qemu,
    deviceServer: join(packages, 'engine/dist/engine-server.js'),
    accelerator: 'tcg',
  });
  const vsock: VsockProvider | null =
    channel === 'vsock' ? new UserVsock({ ...place, command: await setUpVsock({ qemu: files.qemu }) }) : null;
  const guest = new Guest('guest-1', join(folder, 'guest-1'), {
    run: 'commands',
    platform,
    vsock,
    stay: true,
    kernel: files.kernel,
    initrd: files.initrd,
    kernelArguments: KERNEL_ARGUMENTS,
    kit: files.kit,
    cpus: 1,
    memoryMiB: 256,
    plan,
    limits: makeLimits({ guestCpus: 1, hostCpus: 1, emulatedHost: false, totalMs: 100_000 }),
    keep: false,
    emit: (event) => events.push(event),
    signal: new AbortController().signal,
  });
  const ended = guest.run();
  await until('the plan to be done', () => count(isIdle) === 1);
  return { guest, ended };
}

describe.each(['file', 'vsock'])('commands over the channel %s', (channel) => {
  it('run rounds, dump, and finish', async () => {
    const { guest, ended } = await startGuest(channel);
    if (!step) throw new Error('the plan page has no test');
    for (const round of [1, 2]) {
      const tests = [{ ...step, name: `round-${round}`, seed: round, transactions: 5 }];
      await guest.send({ type: 'run', round, tests });
      await until(`round ${round}`, () => count(isIdle) === 1 + round);
    }
    await guest.send({ type: 'dump' });
    await guest.send({ type: 'finish' });

    expect(await ended).toMatchObject({ outcome: 'pass', reason: null, channel });
    const tests = events.flatMap((event) => (event.type === 'guest-test' ? [event.test] : []));
    expect(tests.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      'probe pass',
      'memcpy/0x100 pass',
      'interrupts pass',
      'round-1 pass',
      'interrupts pass',
      'round-2 pass',
      'interrupts pass',
    ]);
    const interrupts = events.flatMap((event) =>
      event.type === 'guest-interrupts' ? [event.interrupts.device_total] : [],
    );
    expect(interrupts).toEqual([10, 5, 5]);
    const rounds = events.flatMap((event) =>
      event.type === 'guest-round' ? [`${event.round} ${event.state}`] : [],
    );
    expect(rounds).toEqual(['1 begin', '1 end', '2 begin', '2 end']);
    expect(readFileSync(join(folder, 'guest-1/dump-1.log'), 'utf8')).toMatch(/smmute|ITS-PCI/);
    expect(existsSync(join(folder, 'guest-1/dmesg.log'))).toBe(true);
    await expect(guest.send({ type: 'dump' })).rejects.toThrow(/ended/);
  });

  it('abort what is going on', async () => {
    const { guest, ended } = await startGuest(channel);
    await guest.send({ type: 'abort', reason: 'enough' });
    expect(await ended).toMatchObject({
      outcome: 'error',
      reason: 'aborted by the host: enough (stage idle)',
    });
  });
});
