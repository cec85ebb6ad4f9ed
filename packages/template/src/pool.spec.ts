import { describe, expect, it } from 'vitest';
import { type Member, StandbyPool } from './pool.ts';

/** What a VMM that stands by looks like to the pool. */
class Fake implements Member {
  readonly lost: Promise<void>;
  stops = 0;
  die: () => void = () => {};

  readonly number: number;

  constructor(number: number) {
    this.number = number;
    this.lost = new Promise((resolve) => {
      this.die = resolve;
    });
  }

  async stop(): Promise<void> {
    this.stops += 1;
    this.die();
  }
}

function makePool(room: number) {
  const made: Fake[] = [];
  const pool = new StandbyPool({
    make: () => {
      const one = new Fake(made.length + 1);
      made.push(one);
      return one;
    },
    hasRoom: (standing) => standing < room,
  });
  return { pool, made, running: () => made.filter(({ stops }) => stops === 0).map(({ number }) => number) };
}

/** What was made known has been heard of. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('StandbyPool', () => {
  it('starts nothing before it is told that something will be wanted, and then no more than there is room for', () => {
    const { pool, running } = makePool(2);
    expect(running()).toEqual([]);
    expect(pool.take()).toBeNull();
    pool.expect(1);
    expect(running()).toEqual([1]);
    pool.expect(Number.POSITIVE_INFINITY);
    expect(running()).toEqual([1, 2]);
  });

  it('gives the oldest away, and starts the next one at once, as long as more will be wanted', () => {
    const { pool, running } = makePool(2);
    pool.expect(4);
    expect([pool.take()?.number, running()]).toEqual([1, [1, 2, 3]]);
    expect([pool.take()?.number, running()]).toEqual([2, [1, 2, 3, 4]]);
    expect([pool.take()?.number, pool.take()?.number, pool.take()]).toEqual([3, 4, null]);
    expect(running()).toEqual([1, 2, 3, 4]);
  });

  it('ends what will not be wanted after all, the newest first, and nothing that was taken', async () => {
    const { pool, made, running } = makePool(3);
    pool.expect(3);
    const taken = pool.take();
    pool.expect(1);
    expect(running()).toEqual([1, 2]);
    await pool.close();
    expect(running()).toEqual([1]);
    expect([taken?.stops, made.map(({ stops }) => stops)]).toEqual([0, [0, 1, 1]]);
  });

  it('replaces one that was lost, and gives none away that was', async () => {
    const { pool, made } = makePool(1);
    pool.expect(5);
    made[0]?.die();
    await settled();
    expect(made).toHaveLength(2);
    // What is left of it is cleared away.
    expect(made[0]?.stops).toBe(1);
    expect(pool.take()).toBe(made[1]);
  });

  it('takes no notice of the end of one that was taken', async () => {
    const { pool, made } = makePool(1);
    pool.expect(1);
    const taken = pool.take();
    taken?.die();
    await settled();
    expect([made.length, taken?.stops]).toEqual([1, 0]);
  });

  it('gives up when none comes to be of use, until one does', async () => {
    const { pool, made } = makePool(1);
    pool.expect(9);
    for (let n = 0; n < 9; n++) {
      made.at(-1)?.die();
      await settled();
    }
    expect([made.length, pool.take()]).toEqual([3, null]);
  });

  it('is closed when all that stood by are gone', async () => {
    const ends: Array<() => void> = [];
    const pool = new StandbyPool<Member>({
      make: () => ({
        lost: new Promise(() => {}),
        stop: () => new Promise<void>((resolve) => ends.push(resolve)),
      }),
      hasRoom: (standing) => standing < 2,
    });
    pool.expect(2);
    let isClosed = false;
    const closed = pool.close().then(() => {
      isClosed = true;
    });
    await settled();
    expect([ends.length, isClosed]).toEqual([2, false]);
    for (const end of ends) end();
    await closed;
    expect(pool.take()).toBeNull();
  });
});
