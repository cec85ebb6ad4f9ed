import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownIdentity } from '@coordinator/machine/process';
import { startLkvm, type Vmm } from '@coordinator/machine/vmm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Typist } from '../packages/machine/src/console/typist.ts';

/** What is typed at a guest's console reaches a program that, as kvmtool, listens to a terminal only. */

const LONG_MS = 20_000;
const program = join(import.meta.dirname, 'fixtures', 'lkvm-getty');

/** The kit's helper, for this machine; null where there is no compiler. */
let helper: string | null = null;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'terminal-'));
  if (spawnSync('make', ['--version']).error || spawnSync('gcc', ['--version']).error) return;
  const sources = join(import.meta.dirname, '../packages/guest/native');
  for (const part of ['common', 'terminal'])
    cpSync(join(sources, part), join(folder, part), { recursive: true });
  const place = join(folder, 'terminal');
  const made = spawnSync('make', ['-s', '-C', place, 'on-terminal', 'LDFLAGS='], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`on-terminal could not be made: ${made.stderr}`);
  helper = join(place, 'on-terminal');
});
afterAll(() => rmSync(folder, { recursive: true }));

function start(takesInput: boolean, terminal: string | null): Promise<Vmm> {
  const machine = {
    ...{ name: 'guest-1', instance: "it's guest-1", kernel: '/mnt/Image', initrd: '/mnt/ramdisk.img' },
    ...{ kernelArguments: [], cpus: 1, memoryMiB: 256, shares: [], functions: ['0000:07:00.0'] },
    ...{ irqchip: 'gicv3-its', disableMte: true, takesInput, terminal },
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

describe.each(['on-terminal', 'script'] as const)('the console of kvmtool, by %s', (by) => {
  const begin = async (skip: (why: string) => void) => {
    if (by === 'on-terminal' && helper === null) skip('there is no compiler');
    return start(true, by === 'script' ? null : helper);
  };

  it('takes input, and the end of its guest is seen', async ({ skip }) => {
    const vmm = await begin(skip);
    const said = follow(vmm);
    await vi.waitFor(() => expect(said()).toMatch(/login: $/), LONG_MS);
    vmm.consoleInput.write('root\r');
    expect(await vmm.exited).toMatchObject({ guestRequest: 'shutdown', complaint: '' });
    expect(said()).toContain('hello root');
  });

  it('loses a part of a long line that is written at once, and nothing of one that is typed', async ({
    skip,
  }) => {
    const line = `${'mount -t 9p hostshare /tmp/hostshare && '.repeat(6)}sh start`;
    const atOnce = await begin(skip);
    const lost = follow(atOnce);
    await vi.waitFor(() => expect(lost()).toMatch(/login: $/), LONG_MS);
    atOnce.consoleInput.write(`${line}\r`);
    await vi.waitFor(() => expect(lost()).toContain(line.slice(0, 64)), LONG_MS);
    expect(lost()).not.toContain(`hello ${line}\r`);
    await atOnce.stop();

    const vmm = await begin(skip);
    const said = follow(vmm);
    const typist = new Typist((text) => vmm.consoleInput.write(text));
    vmm.console.on('data', (chunk: Buffer) => typist.push(chunk));
    await vi.waitFor(() => expect(said()).toMatch(/login: $/), LONG_MS);
    typist.type(`${line}\r`);
    await vmm.exited;
    expect(said()).toContain(`hello ${line}\r`);
  });

  it('ends with its guest when that is stopped', async ({ skip }) => {
    const vmm = await begin(skip);
    const said = follow(vmm);
    await vi.waitFor(() => expect(said()).toMatch(/login: $/), LONG_MS);
    const pid = Number(/^pid (\d+)/m.exec(said())?.[1]);
    expect(isRunning(pid)).toBe(true);
    await vmm.stop();
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false), LONG_MS);
  });
});

it('kvmtool says what it needs where there is no terminal to have', async () => {
  vi.stubEnv('PATH', '');
  await expect(start(true, null)).rejects.toMatchObject({
    message: /neither the on-terminal of the kit nor `script`/,
    remedy: /util-linux or BusyBox/,
  });
  vi.unstubAllEnvs();
});

/** One that has ended and that nobody has asked about yet does not run. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
