import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import {
  endProcess,
  findMarkedProcesses,
  formatIdentity,
  isAlive,
  markerEnvironment,
  ownIdentity,
  parseIdentity,
} from './index.ts';

const own = ownIdentity();
const marker = {
  run: 'r1',
  owner: own,
  role: 'vmm',
  guest: 'guest-1',
  vmm: 'qemu',
  device: '0000:07:00.0',
  runtime: '/run/ü b/coordinator-0',
} as const;

function sleeper(owner = own) {
  return spawn('sleep', ['100'], { env: { ...process.env, ...markerEnvironment({ ...marker, owner }) } });
}

describe('identity', () => {
  it('knows a process from one that got its number later', () => {
    expect(isAlive(own)).toBe(true);
    expect(isAlive({ ...own, startTime: '1' })).toBe(false);
    expect(parseIdentity(formatIdentity(own))).toEqual(own);
  });

  it('takes one of another PID namespace for alive: it cannot be seen from here', () => {
    expect(isAlive({ ...own, startTime: '1', namespace: '4026531999' })).toBe(true);
  });

  it.each(['', '1', '1.2', 'x.1.2', '-1.2.3', '1.2.3x'])('refuses "%s"', (text) =>
    expect(parseIdentity(text)).toBeNull(),
  );
});

describe('marked processes', () => {
  it('are found with what they are, and ended', async () => {
    const child = sleeper();
    const exited = once(child, 'exit');
    const found = findMarkedProcesses().find(({ identity }) => identity.pid === child.pid);
    expect(found).toMatchObject(marker);
    if (found) expect(await endProcess(found.identity)).toBe(true);
    expect((await exited)[1]).toBe('SIGTERM');
    expect(findMarkedProcesses().some(({ identity }) => identity.pid === child.pid)).toBe(false);
  });

  it.each([
    ['%1B]0;x%07', 'would be read by a terminal'],
    ['%', 'is no encoded path'],
    ['a'.repeat(600), 'is longer than a folder of sockets can be'],
  ])('are found without a runtime folder that %s', async (runtime) => {
    const env = { ...process.env, ...markerEnvironment(marker), COORDINATOR_RUNTIME: runtime };
    const child = spawn('sleep', ['100'], { env });
    const exited = once(child, 'exit');
    await once(child, 'spawn');
    const found = findMarkedProcesses().find(({ identity }) => identity.pid === child.pid);
    expect(found).toMatchObject({ guest: 'guest-1', runtime: undefined });
    child.kill();
    await exited;
  });

  it('are none of ours when what they say cannot be printed', async () => {
    const env = { ...process.env, ...markerEnvironment(marker), COORDINATOR_GUEST: '\x1b]0;x\x07' };
    const child = spawn('sleep', ['100'], { env });
    const exited = once(child, 'exit');
    await once(child, 'spawn');
    expect(findMarkedProcesses().some(({ identity }) => identity.pid === child.pid)).toBe(false);
    child.kill();
    await exited;
  });
});
