import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { useProgram } from '@coordinator/vfio-user/testing/program';
import { expect, it, vi } from 'vitest';
import { startEarlyServer, takeEarlyServer, wasServerWanted } from './early-server.ts';
import { EngineServer } from './server.ts';

// Real processes on a machine that may be busy.
vi.setConfig({ testTimeout: 20_000 });

const program = useProgram(new URL('./server-process.ts', import.meta.url), 'early-server.spec');
const environmentOf = ({ pid }: EngineServer) => readFileSync(`/proc/${pid}/environ`, 'utf8');
const EARLY = 'COORDINATOR_TEST=early';

it('is what the next server is, once', async () => {
  startEarlyServer({ COORDINATOR_TEST: 'early' }, program.path);
  const first = await EngineServer.start({ entry: program.path });
  const second = await EngineServer.start({ entry: program.path });
  expect(environmentOf(first)).toContain(EARLY);
  expect(environmentOf(second)).not.toContain(EARLY);
  expect(await first.stats()).toEqual({});
  expect(wasServerWanted()).toBe(true);
  await Promise.all([first.stop(), second.stop()]);
});

it('is none of another program', async () => {
  startEarlyServer({}, program.path);
  expect(takeEarlyServer('/another/program.js')).toBeNull();
  const server = await EngineServer.start({ entry: program.path });
  await server.stop();
});

it('is none that has ended', async () => {
  startEarlyServer({}, program.path);
  const child = takeEarlyServer(program.path);
  if (child === null) throw new Error('it was not started');
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  Object.assign(globalThis, {
    [Symbol.for('coordinator.early-server')]: { process: child, entry: program.path },
  });
  expect(takeEarlyServer(program.path)).toBeNull();
});
