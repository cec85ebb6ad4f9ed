import { describe, expect, it } from 'vitest';
import { Pool } from './pool.ts';

const never = new AbortController().signal;

describe('Pool', () => {
  it('gives each item to one holder, and a freed one to who waited longest', async () => {
    const pool = new Pool(['a', 'b']);
    expect([await pool.acquire(never), await pool.acquire(never)]).toEqual(['a', 'b']);
    const third = pool.acquire(never);
    const fourth = pool.acquire(never);
    expect(pool.waiting).toBe(2);
    pool.release('b');
    expect(await third).toBe('b');
    pool.release('a');
    expect(await fourth).toBe('a');
  });

  it('forgets who gave up waiting', async () => {
    const pool = new Pool(['a']);
    await pool.acquire(never);
    const controller = new AbortController();
    const gaveUp = pool.acquire(controller.signal);
    const patient = pool.acquire(never);
    controller.abort(new Error('enough'));
    await expect(gaveUp).rejects.toThrow('enough');
    pool.release('a');
    expect(await patient).toBe('a');
  });
});
