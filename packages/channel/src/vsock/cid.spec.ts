import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { leaseCid } from './cid.ts';

/** Gives out these, one a call. */
const choices =
  (...cids: number[]) =>
  () =>
    cids.shift() ?? 0;
const base = 0x7000_0000 + (process.pid % 10_000) * 16;

it('passes over a CID that another process holds, and takes it once that is gone', async () => {
  const script = `require('net').createServer().listen({path:'\\0coordinator-vsock-cid-${base}'},()=>console.log('held'))`;
  const other = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(other.stdout, 'data');
  const second = await leaseCid(choices(base, base + 1));
  expect(second.cid).toBe(base + 1);
  other.kill('SIGKILL');
  await once(other, 'exit');
  const first = await leaseCid(choices(base, base + 2));
  expect(first.cid).toBe(base);
  await Promise.all([first.release(), second.release()]);
});

it('gives a CID out again when it was released', async () => {
  const lease = await leaseCid(choices(base + 3));
  await lease.release();
  const again = await leaseCid(choices(base + 3, base + 4));
  expect(again.cid).toBe(base + 3);
  await again.release();
});

it('gives up when all that it tries are taken', async () => {
  const lease = await leaseCid(choices(base + 5));
  await expect(leaseCid(() => base + 5)).rejects.toThrow('no vsock CID was free in 64 attempts');
  await lease.release();
});

it('holds them by sockets in the abstract namespace', async () => {
  const lease = await leaseCid(choices(base + 6));
  const rival = createServer();
  const failed = once(rival, 'error');
  rival.listen({ path: `\0coordinator-vsock-cid-${base + 6}` });
  expect(((await failed)[0] as NodeJS.ErrnoException).code).toBe('EADDRINUSE');
  await lease.release();
});
