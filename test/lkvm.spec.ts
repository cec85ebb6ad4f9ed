import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useFolder } from '@coordinator/base/testing';
import { ownIdentity } from '@coordinator/machine/process';
import { findLkvm, listLkvm, startLkvm, type Vmm } from '@coordinator/machine/vmm';
import { describe, expect, it, vi } from 'vitest';

/** The launcher of kvmtool against a program that prints and ends as the real one does. */

const program = join(import.meta.dirname, 'fixtures', 'lkvm');
const home = useFolder('HOME');

function start(behaviour: string, instance = 'x7q2-guest-1'): Promise<Vmm> {
  vi.stubEnv('LKVM_BEHAVIOUR', behaviour);
  const machine = {
    ...{ name: 'guest-1', instance, kernel: '/mnt/Image', initrd: '/mnt/ramdisk.img', kernelArguments: [] },
    ...{
      cpus: 1,
      memoryMiB: 256,
      shares: [],
      functions: ['0000:07:00.0'],
      irqchip: 'gicv3-its',
      disableMte: true,
    },
  };
  return startLkvm(program, machine, {
    run: 'r',
    owner: ownIdentity(),
    role: 'vmm',
    guest: 'guest-1',
    vmm: 'lkvm',
  });
}

async function consoleOf(vmm: Vmm): Promise<string> {
  let text = '';
  for await (const chunk of vmm.console) text += chunk;
  return text;
}

describe('kvmtool', () => {
  it('is found where it is named, with its version and what it knows', async () => {
    expect(await findLkvm(program)).toEqual({ program, version: '3.18.0', knowsDisableMte: true });
    vi.stubEnv('COORDINATOR_LKVM', program);
    expect((await findLkvm(undefined)).program).toBe(program);
    await expect(findLkvm('/nowhere/lkvm')).rejects.toMatchObject({
      exitCode: 2,
      message: '/nowhere/lkvm is not there',
    });
    await expect(findLkvm('/bin/ls')).rejects.toMatchObject({ exitCode: 2 });
    const imposter = join(home.path, 'imposter');
    writeFileSync(imposter, '#!/bin/sh\nexec echo "$@"\n', { mode: 0o755 });
    await expect(findLkvm(imposter)).rejects.toMatchObject({
      exitCode: 2,
      message: `${imposter} does not answer as kvmtool does when it is asked for its version`,
    });
  });

  it('is missing with a remedy', async () => {
    vi.stubEnv('PATH', '');
    vi.stubEnv('COORDINATOR_LKVM', undefined);
    await expect(findLkvm(undefined)).rejects.toMatchObject({ exitCode: 4, remedy: /--lkvm PATH/ });
  });

  it.each(['normal', 'old'])('ends normally, in its %s spelling', async (behaviour) => {
    const vmm = await start(behaviour);
    const said = await consoleOf(vmm);
    for (const words of ['Booting Linux', 'KVM session ended normally']) expect(said).toContain(words);
    expect(await vmm.exited).toMatchObject({ code: 0, guestRequest: 'shutdown', complaint: '' });
  });

  it('says why it could not start', async () => {
    const vmm = await start('not-viable');
    await consoleOf(vmm);
    const exit = await vmm.exited;
    expect(exit).toMatchObject({ code: 128, guestRequest: null });
    expect(exit.complaint).toBe('0000:07:00.0: IOMMU group 6 is not viable\nInitialisation failed');
  });

  it('says which argument it refused, not what there are', async () => {
    const vmm = await start('usage');
    expect(await consoleOf(vmm)).toMatch(/Basic options/);
    expect(await vmm.exited).toMatchObject({
      code: 129,
      guestRequest: null,
      complaint: 'Invalid device identifier 0000:07:00.0',
    });
  });

  it('leaves no socket of an instance that had to be killed', async () => {
    const vmm = await start('deaf');
    const sockets = () => readdirSync(join(home.path, '.lkvm'));
    await vi.waitFor(() => expect(sockets()).toEqual(['x7q2-guest-1.sock']));
    void consoleOf(vmm);
    await vmm.stop();
    expect(sockets()).toEqual([]);
  });

  it('has a stand-in that ends as the real one where there is nothing to stop', async () => {
    const stop = (...args: string[]) => spawnSync(program, ['stop', ...args], { encoding: 'utf8' });
    expect(stop('--name', 'nobody')).toMatchObject({
      status: 128,
      stderr: '  Fatal: Failed locating instance\n',
    });
    const vmm = await start('deaf');
    const socket = join(home.path, '.lkvm', 'x7q2-guest-1.sock');
    await vi.waitFor(() => expect(existsSync(socket)).toBe(true));
    process.kill(vmm.pid, 'SIGKILL');
    await Promise.all([consoleOf(vmm), vmm.exited]);
    expect(stop('--name', 'x7q2-guest-1')).toMatchObject({
      status: 128,
      stderr: expect.stringMatching(
        /^ {2}Info: Removed ghost socket .*\n {2}Fatal: Failed locating instance\n$/,
      ),
    });
    expect(existsSync(socket)).toBe(false);
    expect(stop()).toMatchObject({ status: 129 });
  });

  it('is stopped when it is gone already, and leaves nothing', async () => {
    const vmm = await start('normal');
    await Promise.all([consoleOf(vmm), vmm.exited]);
    await vmm.stop();
    expect(readdirSync(join(home.path, '.lkvm'))).toEqual([]);
  });

  it('is listed while it runs, and stopped', async () => {
    const vmm = await start('hang');
    const listed = await vi.waitFor(async () => {
      const instances = await listLkvm(program);
      expect(instances).toHaveLength(1);
      return instances;
    });
    expect(listed).toEqual([{ pid: vmm.pid, name: 'x7q2-guest-1', state: 'running' }]);
    await vmm.stop();
    expect(await listLkvm(program)).toEqual([]);
    expect(readdirSync(join(home.path, '.lkvm'))).toEqual([]);
  });
});
