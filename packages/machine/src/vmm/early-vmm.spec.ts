import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { ownIdentity } from '../process/index.ts';
import { endEarlyVmm, startEarlyVmm, takeEarlyVmm, type VmmProcess, type VmmStart } from './early-vmm.ts';

const started: VmmProcess[] = [];
afterEach(() => {
  endEarlyVmm();
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

function startOf(change: Partial<VmmStart> = {}, guest = 'standby-1'): VmmStart {
  const marker = { run: 'early-vmm.spec', owner: ownIdentity(), role: 'vmm', guest } as const;
  return {
    words: ['sh', '-c', 'echo "$COORDINATOR_GUEST $X"; cat'],
    environment: { X: '1' },
    marker,
    ...change,
  };
}

/** Its process, and its first line. */
async function early(): Promise<{ readonly child: VmmProcess; readonly line: string } | null> {
  const child = await takeEarlyVmm(startOf());
  if (child === null) return null;
  started.push(child);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, line: line.toString() };
}

it('is the one that is to be started, once, with all that it has said', async () => {
  startEarlyVmm(startOf());
  expect(await early()).toMatchObject({ line: 'standby-1 1\n' });
  expect(await takeEarlyVmm(startOf())).toBeNull();
});

it.each([
  ['other words', { words: ['sh', '-c', 'cat'] }],
  ['another environment', { environment: { X: '2' } }],
  ['another run', { marker: { ...startOf().marker, run: 'another' } }],
])('is gone before one with %s has its place', async (_, change) => {
  const child = startEarlyVmm(startOf());
  expect(await takeEarlyVmm(startOf(change))).toBeNull();
  expect(child.signalCode).toBe('SIGKILL');
  expect(await early()).toBeNull();
});

it('is left to whose it is by other guests', async () => {
  startEarlyVmm(startOf());
  expect(await takeEarlyVmm(startOf({}, 'standby-2'))).toBeNull();
  expect(await early()).toMatchObject({ line: 'standby-1 1\n' });
});

it('is none that has ended, or could not be started', async () => {
  const ended = startOf({ words: ['true'] });
  await once(startEarlyVmm(ended), 'exit');
  expect(await takeEarlyVmm(ended)).toBeNull();
  const missing = startOf({ words: ['/nowhere/qemu'] });
  startEarlyVmm(missing);
  expect(await takeEarlyVmm(missing)).toBeNull();
});
