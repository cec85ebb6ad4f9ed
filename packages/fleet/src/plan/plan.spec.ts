import { describe, expect, it } from 'vitest';
import { type Announcement, FleetKey, seal, type WaitingRun } from '../wire/index.ts';
import { type Demand, HostWatch, hostsLeftToOthers, place, roomFor, whyNot } from './index.ts';

const key = new FleetKey('0123456789abcdef0123456789abcdef', 'a spec');

const announcement: Announcement = {
  ...{ version: 1, host: 'a', session: 'ab'.repeat(16), sequence: 1, at: 1000, coordinator: '0.1.0' },
  ...{ state: 'ready', platform: 'virtual', architecture: 'arm64', kernel: '6.12', vmms: ['qemu'] },
  ...{ cores: 4, memory_mib: 8192, memory_free_mib: 4096, functions: {}, labels: ['board=x'] },
  ...{ room: 8, guests: 2, jobs: [] },
};

describe('HostWatch', () => {
  const sealed = (fields: Partial<Announcement> = {}) =>
    new Map([[fields.host ?? 'a', seal(key, 'announcement', { ...announcement, ...fields })]]);
  const stateOf = (watch: HostWatch) => [watch.host('a')?.alive, watch.host('a')?.silentMs];

  /** At 0 and, which shows that it lives, at 500. */
  const heardTwice = () => {
    const watch = new HostWatch(key, 3000);
    watch.look(sealed(), 0);
    watch.look(sealed({ sequence: 2 }), 500);
    return watch;
  };

  it('takes for alive whose announcements go on, and no other', () => {
    const watch = new HostWatch(key, 3000);
    watch.look(sealed(), 0);
    expect(stateOf(watch)).toEqual([false, 0]);
    watch.look(sealed({ sequence: 2 }), 500);
    expect(stateOf(watch)).toEqual([true, 0]);
    watch.look(sealed({ sequence: 2 }), 2000);
    watch.look(sealed({ sequence: 2 }), 3400);
    expect(stateOf(watch)).toEqual([true, 2900]);
    watch.look(sealed({ sequence: 2 }), 3600);
    expect(stateOf(watch)).toEqual([false, 3100]);
    watch.look(sealed({ sequence: 3 }), 4000);
    expect(stateOf(watch)).toEqual([true, 0]);
  });

  it('counts no time in which the server could not be asked', () => {
    const watch = heardTwice();
    watch.look(sealed({ sequence: 2 }), 600_000);
    expect(stateOf(watch)).toEqual([true, 2000]);
  });

  it('a server that has forgotten a host says nothing of it', () => {
    const watch = heardTwice();
    watch.look(new Map(), 1000);
    expect(stateOf(watch)).toEqual([true, 500]);
    watch.look(new Map(), 3000);
    watch.look(new Map(), 4000);
    watch.look(new Map(), 4500);
    expect(watch.host('a')).toBeNull();
  });

  it.each([
    [
      'another key',
      () => new Map([['a', seal(new FleetKey('x'.repeat(32), '-'), 'announcement', announcement)]]),
    ],
    ['another name', () => new Map([['a', seal(key, 'announcement', { ...announcement, host: 'b' })]])],
    ['one that is older', () => sealed({ sequence: 1 })],
    ['one of a life before', () => sealed({ session: 'cd'.repeat(16), at: 1, sequence: 9 })],
  ])('refuses %s', (_, make) => {
    const watch = new HostWatch(key, 3000);
    watch.look(sealed({ sequence: 5 }), 0);
    watch.look(make(), 500);
    expect([...watch.refused.keys()]).toEqual(['a']);
    expect(watch.host('a')?.alive).toBe(false);
  });
});

describe('whyNot and roomFor', () => {
  const demand: Demand = {
    ...{ coordinator: '0.1.0', on: [], exerciser: 'smmute' },
    options: { platform: 'auto', vmm: 'qemu', memory: 256 },
  };
  const on = (fields: Partial<Announcement>, wanted: Partial<Demand> = {}) =>
    whyNot({ ...announcement, ...fields }, { ...demand, ...wanted });
  const arm = { platform: 'host', functions: { smmute: 3 } } as const;

  it('say why, in this order', () => {
    expect(on({})).toBeNull();
    expect(on({ state: 'draining' })).toBe('it takes no more jobs');
    expect(on({ coordinator: '0.2.0' })).toBe('it runs coordinator 0.2.0, and this is 0.1.0');
    expect(on({}, { on: ['board=x', 'board=y'] })).toBe('it is not labelled board=y');
    expect(on({ vmms: ['lkvm'] })).toBe('it has no qemu');
    const host = { options: { ...demand.options, platform: 'host' } } as const;
    expect(on({}, host)).toBe('it is no Arm host');
    expect(on(arm, host)).toBeNull();
    expect(on({ ...arm, guests: 0 }, { exerciser: 'nvme' })).toBe('it has no function for nvme');
    expect(on({ memory_mib: 128 })).toBe('it has 128 MiB of memory');
  });

  it('reckon with guests that are on their way, memory and functions', () => {
    const room = (fields: Partial<Announcement>, sent: number, silentMs = 0) =>
      roomFor({ announcement: { ...announcement, ...fields }, silentMs }, demand, sent);
    expect(room({}, 0)).toBe(6);
    expect(room({}, 4)).toBe(2);
    expect(room({}, 9)).toBe(0);
    expect(room({ memory_free_mib: 640 }, 0)).toBe(2);
    expect(room(arm, 1)).toBe(2);
    expect([room({}, 0, 4999), room({}, 0, 5000)]).toEqual([6, 0]);
  });
});

describe('place', () => {
  const guests = (count: number, avoid: string[] = [], kind = '') =>
    Array.from({ length: count }, (_, number) => ({ number, kind, avoid: new Set(avoid) }));
  const counts = (placed: ReturnType<typeof place>) =>
    Object.fromEntries(placed.map(({ host, guests }) => [host, guests.length]));
  const rooms = (...all: number[]) => all.map((room, index) => ({ host: 'abc'[index] ?? '', room }));

  it('fills hosts evenly', () => {
    expect(counts(place(guests(12), rooms(8, 8, 8)))).toEqual({ a: 4, b: 4, c: 4 });
    expect(counts(place(guests(12), rooms(2, 8, 0)))).toEqual({ a: 2, b: 8 });
    expect(place(guests(3), [])).toEqual([]);
  });

  it('keeps kinds, and no more than 64, together', () => {
    const both = [...guests(2, [], 'x'), ...guests(2, [], 'y')];
    expect(place(both, rooms(9)).map(({ guests }) => guests.map(({ kind }) => kind))).toEqual([
      ['x', 'x'],
      ['y', 'y'],
    ]);
    expect(place(guests(130), rooms(200)).map(({ guests }) => guests.length)).toEqual([64, 64, 2]);
  });

  it('tries where it was not lost, and waits for that where there is such a host', () => {
    expect(counts(place(guests(1, ['a']), rooms(9, 1)))).toEqual({ b: 1 });
    expect(place(guests(1, ['a']), rooms(9, 0))).toEqual([]);
    expect(counts(place(guests(1, ['a']), rooms(9)))).toEqual({ a: 1 });
  });
});

describe('hostsLeftToOthers', () => {
  const own = { run: '20261122-184500-aaaa', priority: 50 };
  const other = {
    version: 1,
    run: '20261122-184500-bbbb',
    priority: 51,
    waiting: 1,
    hosts: ['a', 'b'],
  } as const;
  const left = (...others: Partial<WaitingRun>[]) => [
    ...hostsLeftToOthers(
      own,
      others.map((one) => ({ ...other, hosts: ['a', 'b'], ...one })),
    ),
  ];

  it('are those that guests of more priority wait for', () => {
    expect(left()).toEqual([]);
    expect(left({})).toEqual(['a', 'b']);
    expect(left({}, { hosts: ['c'] })).toEqual(['a', 'b', 'c']);
  });

  it.each([
    ['as much priority', { priority: 50 }],
    ['less priority', { priority: 0 }],
    ['nobody who waits', { waiting: 0 }],
    ['its own name', { run: own.run }],
  ])('leaves nothing to one with %s', (_, one) => {
    expect(left(one)).toEqual([]);
  });
});
