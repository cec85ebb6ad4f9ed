import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ownIdentity } from '@coordinator/machine/process';
import { startLkvm, type Vmm } from '@coordinator/machine/vmm';
import { describe, expect, it, vi } from 'vitest';

/** What is typed at a guest's console reaches a program that, as kvmtool, listens to a terminal only. */

const program = join(import.meta.dirname, 'fixtures', 'lkvm-getty');

function start(takesInput: boolean): Promise<Vmm> {
  const machine = {
    ...{ name: 'guest-1', instance: "it's guest-1", kernel: '/mnt/Image', initrd: '/mnt/ramdisk.img' },
    ...{ kernelArguments: [], cpus: 1, memoryMiB: 256, shares: [], functions: ['0000:07:00.0'] },
    ...{ irqchip: 'gicv3-its', disableMte: true, takesInput },
  };
  const marker = { run: 'r', owner: ownIdentity(), role: 'vmm', guest: 'guest-1', vmm: 'lkvm' } as const;
  return startLkvm(program, machine, marker);
}

function follow(vmm: Vmm): () => string {
  let text = '';
  vmm.console.on('data', (chunk: Buffer) => {
    text += chunk;
  });
  return () => text;
}

describe('the console of kvmtool', () => {
  it('takes input, and the end of its guest is seen', async () => {
    const vmm = await start(true);
    const said = follow(vmm);
    await vi.waitFor(() => expect(said()).toMatch(/login: $/), 5000);
    vmm.consoleInput.write('root\r');
    expect(await vmm.exited).toMatchObject({ guestRequest: 'shutdown', complaint: '' });
    expect(said()).toContain('hello root');
  });

  it('ends with its guest when that is stopped', async () => {
    const vmm = await start(true);
    const said = follow(vmm);
    await vi.waitFor(() => expect(said()).toMatch(/login: $/), 5000);
    const pid = /^pid (\d+)/.exec(said())?.[1];
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    await vmm.stop();
    await vi.waitFor(() => expect(existsSync(`/proc/${pid}`)).toBe(false), 5000);
  });

  it('says what it needs where there is no terminal to have', async () => {
    vi.stubEnv('PATH', '');
    await expect(start(true)).rejects.toMatchObject({
      message: /no `script`/,
      remedy: /util-linux or BusyBox/,
    });
    vi.unstubAllEnvs();
  });
});
