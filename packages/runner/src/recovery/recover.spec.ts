import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useFolder } from '@coordinator/base/testing';
import { markerEnvironment, ownIdentity, type ProcessIdentity } from '@coordinator/machine/process';
import { createRuntimeFolder, userRuntimeFolder } from '@coordinator/machine/runtime-folder';
import { lkvmInstance } from '@coordinator/machine/vmm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listGuests } from './list-guests.ts';
import { recoverDeadRuns } from './recover.ts';

const RUN = `recover-${process.pid}-x7q2`;

const home = useFolder('HOME', 'XDG_RUNTIME_DIR');
let started: ChildProcess[];
beforeEach(() => {
  started = [];
});
afterEach(() => {
  for (const child of started) child.kill('SIGKILL');
});

/** A guest of kvmtool on a terminal of its own is two processes that carry its marker. */
async function startTwo(owner: ProcessIdentity): Promise<ChildProcess[]> {
  const marker = { run: RUN, owner, runtime: userRuntimeFolder(), role: 'vmm' } as const;
  const env = { ...process.env, ...markerEnvironment({ ...marker, guest: 'guest-1', vmm: 'lkvm' }) };
  for (let n = 0; n < 2; n++) {
    const child = spawn('sleep', ['1000'], { env, stdio: 'ignore' });
    await once(child, 'spawn');
    started.push(child);
  }
  return started;
}

const ours = () => listGuests().filter(({ run }) => run === RUN);

describe('a guest on a terminal of its own', () => {
  it('is listed once, by the process that was first', async () => {
    const [terminal] = await startTwo(ownIdentity());
    expect(ours()).toMatchObject([{ name: 'guest-1', vmm: 'lkvm', state: 'running', pid: terminal?.pid }]);
  });

  it('is ended whole when its coordinator is gone, and leaves no socket of its instance', async () => {
    const processes = await startTwo({ ...ownIdentity(), startTime: '1' });
    const exits = processes.map((child) => once(child, 'exit'));
    const sockets = join(home.path, '.lkvm');
    mkdirSync(sockets);
    const [own, other] = [lkvmInstance(RUN, 'guest-1'), lkvmInstance('20261127-000000-abcd', 'guest-1')];
    for (const instance of [own, other]) writeFileSync(join(sockets, `${instance}.sock`), '');
    expect(ours()).toMatchObject([{ name: 'guest-1', state: 'orphaned' }]);
    expect(await recoverDeadRuns()).toContainEqual({
      run: RUN,
      summary: `run ${RUN}: ended 1 guest`,
      complete: true,
    });
    await Promise.all(exits);
    expect(ours()).toEqual([]);
    expect([own, other].map((instance) => existsSync(join(sockets, `${instance}.sock`)))).toEqual([
      false,
      true,
    ]);
  });
});

describe('a device server that was started before there was a run', () => {
  const DEAD = { ...ownIdentity(), startTime: '1' };

  async function startServer(): Promise<ChildProcess> {
    const marker = { run: `early-${process.pid}`, owner: DEAD, role: 'device-server' } as const;
    const child = spawn('sleep', ['1000'], {
      env: { ...process.env, ...markerEnvironment(marker) },
      stdio: 'ignore',
    });
    await once(child, 'spawn');
    started.push(child);
    return child;
  }
  const told = async () => (await recoverDeadRuns()).map(({ summary }) => summary);

  it('is ended with the run of its coordinator', async () => {
    const server = await startServer();
    const exit = once(server, 'exit');
    createRuntimeFolder({ run: RUN, owner: DEAD, folder: null });
    const summaries = await told();
    expect(summaries).toContain(`run ${RUN}: ended 0 guests`);
    expect(summaries.join()).not.toContain('early-');
    await exit;
  });

  it('is ended without a word when there was no run', async () => {
    const exit = once(await startServer(), 'exit');
    expect((await told()).join()).not.toContain('early-');
    await exit;
  });
});
