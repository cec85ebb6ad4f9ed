import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownIdentity } from '@coordinator/machine/process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LabMachine } from './machine.ts';
import { restoreLab } from './restore.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'restore-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A program in place of QEMU. */
function restoreWith(script: string, signal: AbortSignal) {
  const machine: LabMachine = {
    ...{ iommu: 'virtio', kernel: '/k', initrd: '/i', rootImage: '/r', packImage: '/p', disk: '/d', acs: [] },
    ...{ cpus: 2, memoryMiB: 64, exchange: folder },
    ...{ execSocket: join(folder, 'port'), qmpSocket: join(folder, 'qmp') },
  };
  return restoreLab({
    ...{ machine, signal, onPlugging: () => {}, functions: Promise.resolve([]) },
    saved: {
      saved: { state: join(folder, 'state'), memory: { file: '/dev/null', pieces: [] } },
      verified: Promise.resolve(),
    },
    setting: {
      qemu: ['sh', '-c', script],
      marker: { run: 'restore-spec', owner: ownIdentity(), role: 'helper' },
      consoleLog: join(folder, 'console.log'),
      onLine: () => {},
    },
    open: () => Promise.reject(new Error('there is no port')),
  });
}

describe('a lab that cannot be restored', () => {
  it('is not waited for when its QEMU ends', async () => {
    await expect(restoreWith('exit 1', new AbortController().signal)).rejects.toThrow();
  });

  it('is given up at once when that is wanted, and leaves no QEMU', async () => {
    const pidFile = join(folder, 'pid');
    const attempt = new AbortController();
    const restoring = restoreWith(`echo $$ >${pidFile}; exec sleep 1000`, attempt.signal);
    restoring.catch(() => {});
    while (!existsSync(pidFile) || readFileSync(pidFile, 'utf8') === '')
      await new Promise((resolve) => setTimeout(resolve, 5));
    attempt.abort(new Error('it takes too long'));
    await expect(restoring).rejects.toThrow('it takes too long');
    expect(existsSync(`/proc/${readFileSync(pidFile, 'utf8').trim()}`)).toBe(false);
  });
});
