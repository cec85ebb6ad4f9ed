import { describe, expect, it } from 'vitest';
import { type Places, Room } from './room.ts';

const never = new AbortController().signal;

/** Waits until all that follows from what was done has been done. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('Room', () => {
  it('lets in all who fit, in their order, and no more than there are places', async () => {
    const room = new Room(4);
    const all = await room.take(9, never);
    const inside: [string, Places][] = [];
    for (const [name, count] of [
      ['a', 2],
      ['b', 2],
      ['c', 1],
    ] as const)
      void room.take(count, never).then((places) => inside.push([name, places]));
    await settled();
    expect(inside).toEqual([]);
    all.giveBackAll();
    await settled();
    expect(inside.map(([name]) => name)).toEqual(['a', 'b']);
    inside[0]?.[1].giveBackOne();
    await settled();
    expect(inside.map(([name]) => name)).toEqual(['a', 'b', 'c']);
  });

  it('lets in nobody too many when places come back one by one', async () => {
    const room = new Room(2);
    const all = await room.take(2, never);
    let inside = 0;
    for (const count of [1, 1, 1]) void room.take(count, never).then(() => inside++);
    all.giveBackOne();
    all.giveBackOne();
    await settled();
    expect(inside).toBe(2);
  });

  it('lets in first who has more of a priority, else who came first', async () => {
    const room = new Room(1);
    const all = await room.take(1, never);
    const inside: string[] = [];
    for (const [name, priority] of [
      ['a', 50],
      ['b', 90],
      ['c', 50],
      ['d', 90],
      ['e', 0],
    ] as const)
      void room.take(1, never, priority).then((places) => {
        inside.push(name);
        places.giveBackAll();
      });
    all.giveBackAll();
    for (let turn = 0; turn < 5; turn++) await settled();
    expect(inside.join('')).toBe('bdace');
  });

  it('gives places in the order in which they were asked for', async () => {
    const room = new Room(4);
    const first = await room.take(3, never);
    const taken: string[] = [];
    const large = room.take(4, never).then((places) => {
      taken.push('large');
      return places;
    });
    const small = room.take(1, never).then(() => taken.push('small'));
    first.giveBackOne();
    await settled();
    expect(taken).toEqual([]);
    first.giveBackAll();
    (await large).giveBackAll();
    await small;
    expect(taken).toEqual(['large', 'small']);
  });

  it('goes on when somebody gives up waiting', async () => {
    const room = new Room(2);
    const one = await room.take(1, never);
    const { next } = await giveUp(room, 2);
    await next;
    one.giveBackAll();
  });

  it('has all for who wants more, and forgets who goes', async () => {
    const room = new Room(2);
    const all = await room.take(9, never);
    const { next } = await giveUp(room, 1);
    all.giveBackAll();
    await next;
  });
});

/** Waits for places, and gives up. @returns what somebody is promised who came behind */
async function giveUp(room: Room, count: number): Promise<{ readonly next: Promise<Places> }> {
  const impatient = new AbortController();
  const places = room.take(count, impatient.signal);
  const next = room.take(1, never);
  impatient.abort(new Error('enough'));
  await expect(places).rejects.toThrow('enough');
  return { next };
}
