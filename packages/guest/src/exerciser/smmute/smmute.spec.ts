import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadNode } from '../../runtime/node.ts';
import type { Clock } from '../../runtime/runtime.ts';
import { GuestSystem } from '../../system/guest-system.ts';
import { BDF, GuestTree, KERNEL } from '../../testing/guest-tree.ts';
import { findExerciser } from '../exerciser.ts';
import { characterMajor } from './probe.ts';
import { smmute } from './smmute.ts';

let tree: GuestTree;
beforeEach(() => {
  tree = new GuestTree();
});
afterEach(() => tree[Symbol.dispose]());

const runtime = await loadNode();

/** A clock whose sleeps take no time, and may change the world. */
function quickClock(onSleep: (now: number) => void = () => {}): Clock {
  let now = 0;
  return {
    ...runtime.clock,
    now: () => now,
    sleep: async (delay) => {
      now += delay;
      onSleep(now);
    },
  };
}

const find = (clock = quickClock()) =>
  findExerciser(smmute, new GuestSystem(runtime, tree.root), clock, tree.kit);

describe('findExerciser, for smmute', () => {
  it('finds function, driver and device file', async () => {
    tree.addEngine();
    expect(await find()).toEqual({ bdf: BDF, driver: 'smmute-pci', node: '/dev/smmute0', problem: null });
  });

  it('says that there is no function', async () => {
    expect(await find()).toEqual({
      bdf: null,
      driver: null,
      node: null,
      problem: 'no PCI function 13b5:ff80 in this guest',
    });
  });

  it('loads the driver from the kit', async () => {
    tree.addFunctions();
    tree.file(`kit/modules/${KERNEL}/smmute.ko`, 'ELF');
    tree.script(
      'sbin/insmod',
      `test "$1" = "${tree.kit}/modules/${KERNEL}/smmute.ko" || exit 1
       mkdir -p ${tree.root}/sys/bus/pci/drivers/smmute-pci ${tree.root}/sys/dev/char/1:3
       ln -s ../../drivers/smmute-pci ${tree.root}/sys/bus/pci/devices/${BDF}/driver
       ln -s /dev/null ${tree.root}/dev/smmute0
       ln -s ../../../${BDF} ${tree.root}/sys/dev/char/1:3/device`,
    );
    expect(await find()).toMatchObject({ node: '/dev/smmute0', problem: null });
  });

  it('does not mind somebody else loading the driver meanwhile', async () => {
    tree.addFunctions();
    tree.file(`kit/modules/${KERNEL}/smmute.ko`, 'ELF');
    tree.script(
      'sbin/insmod',
      `mkdir -p ${tree.root}/sys/bus/pci/drivers/smmute-pci
       ln -s ../../drivers/smmute-pci ${tree.root}/sys/bus/pci/devices/${BDF}/driver
       echo "insmod: cannot insert: File exists" >&2; exit 1`,
    );
    // Bound, and looked for until nothing more can be expected; what insmod said does not matter.
    expect((await find(quickClock())).problem).toMatch(/^function \S+ has no device file|^\/proc\/devices/);
  });

  it('says what insmod said, at once', async () => {
    tree.addFunctions();
    tree.file(`kit/modules/${KERNEL}/smmute.ko`, 'ELF');
    tree.script('sbin/insmod', 'echo "insmod: cannot insert: Exec format error" >&2; exit 1');
    const clock = quickClock();
    expect((await find(clock)).problem).toBe(
      `function ${BDF} is bound to no driver: insmod said: insmod: cannot insert: Exec format error`,
    );
    expect(clock.now()).toBe(0);
  });

  it('says that the kit has no driver for this kernel', async () => {
    tree.addFunctions();
    expect((await find()).problem).toContain(`the kit has no modules/${KERNEL}/smmute.ko`);
  });

  it('names another driver', async () => {
    tree.addFunctions();
    tree.folder('sys/bus/pci/drivers/smmute-pci');
    tree.bindDriver('vfio-pci');
    expect(await find()).toMatchObject({
      driver: 'vfio-pci',
      problem: `function ${BDF} is bound to vfio-pci, not to smmute-pci`,
    });
  });

  it('waits a moment for the device file, and no longer', async () => {
    tree.addFunctions();
    tree.bindDriver();
    const clock = quickClock();
    expect(await find(clock)).toMatchObject({
      driver: 'smmute-pci',
      node: null,
      problem: `function ${BDF} has no device file: no /dev/smmuteN exists`,
    });
    expect(clock.now()).toBe(2000);
    const appears = quickClock((now) => now === 500 && tree.addNode());
    expect(await find(appears)).toMatchObject({ node: '/dev/smmute0' });
  });

  it.each([
    ['a file', () => tree.file('dev/smmute0', ''), '/dev/smmute0 is not a character device'],
    [
      'of another major',
      () => tree.link('dev/smmute0', '/dev/tty'),
      '/dev/smmute0 has major 5, but smmute has 1',
    ],
    ["another function's", () => tree.addNode('0000:00:09.0'), '/dev/smmute0 belongs to 0000:00:09.0'],
  ])('does not take a device file that is %s', async (_, make, message) => {
    tree.addFunctions();
    tree.bindDriver();
    make();
    expect(await find()).toMatchObject({ node: null, problem: expect.stringContaining(message) });
  });
});

it('tells character devices from block devices', () => {
  expect(characterMajor('Character devices:\n  1 mem\n\nBlock devices:\n254 smmute\n')).toBeNull();
  expect(characterMajor('Character devices:\n241 smmute\n 10 smmute2\n\nBlock devices:\n')).toBe(241);
});
