import { BEAT_MS } from '@coordinator/fleet';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Leaving } from './leaving.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const HALF_A_MINUTE = 30_000;

function leave(guests = 0) {
  const all = { guests, error: null as Error | null };
  const leaving = new Leaving(() => all.guests);
  leaving.inVain.catch((error: Error) => {
    all.error = error;
  });
  leaving.begin();
  return { leaving, all, wait: (ms: number) => vi.advanceTimersByTimeAsync(ms) };
}

it('gives a server up that does not answer for half a minute', async () => {
  const { all, wait } = leave();
  await wait(HALF_A_MINUTE - BEAT_MS);
  expect(all.error).toBeNull();
  await wait(BEAT_MS);
  expect(all.error).toMatchObject({
    exitCode: 4,
    message: expect.stringMatching(/has not answered for 30 s/),
  });
});

it('waits for one that answers again', async () => {
  const { leaving, all, wait } = leave();
  for (let times = 0; times < 4; times++) {
    await wait(HALF_A_MINUTE - BEAT_MS);
    leaving.hear();
  }
  expect(all.error).toBeNull();
});

it('waits as long as guests run', async () => {
  const { all, wait } = leave(1);
  await wait(10 * HALF_A_MINUTE);
  expect(all.error).toBeNull();
  all.guests = 0;
  await wait(BEAT_MS);
  expect(all.error).not.toBeNull();
});

it('is not in a hurry once it has left', async () => {
  const { leaving, all, wait } = leave();
  leaving.end();
  await wait(10 * HALF_A_MINUTE);
  expect(all.error).toBeNull();
});
