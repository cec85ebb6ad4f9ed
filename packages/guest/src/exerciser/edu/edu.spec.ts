import { describe, expect, it } from 'vitest';
import { BDF, KERNEL } from '../../testing/guest-tree.ts';
import { useGuestTree } from '../../testing/use-guest-tree.ts';
import { edu } from './edu.ts';

const guest = useGuestTree();
const system = () => guest.system();
const device = `sys/bus/pci/devices/${BDF}`;

function addFunction(): void {
  guest.tree.file(`${device}/vendor`, '0x1234\n');
  guest.tree.file(`${device}/device`, '0x11e8\n');
}

describe('inspect', () => {
  it('finds function, driver and device file', () => {
    guest.tree.addFunctions();
    expect(edu.inspect(system()).problem).toBe('no PCI function 1234:11e8 in this guest');
    guest.tree.file(`${device}/vendor`, '0x1234\n');
    guest.tree.file(`${device}/device`, '0x11e8\n');
    expect(edu.inspect(system()).problem).toBe(`function ${BDF} is bound to no driver`);
    guest.tree.bindDriver('edu');
    expect(edu.inspect(system()).problem).toBe(`the driver edu gives ${BDF} no device file`);
    guest.tree.file(`${device}/misc/edu0/dev`, '1:3\n');
    expect(edu.inspect(system()).problem).toBe(`function ${BDF} has no device file /dev/edu0`);
    guest.tree.link('dev/edu0', '/dev/null');
    expect(edu.inspect(system())).toEqual({ bdf: BDF, driver: 'edu', node: '/dev/edu0', problem: null });
  });

  it("does not take another device's file", () => {
    addFunction();
    guest.tree.bindDriver('edu');
    guest.tree.file(`${device}/misc/edu0/dev`, '10:122\n');
    guest.tree.link('dev/edu0', '/dev/null');
    expect(edu.inspect(system()).problem).toBe(`/dev/edu0 is not the character device of function ${BDF}`);
  });
});

it('loads the driver of the kit', async () => {
  guest.tree.script('sbin/insmod', `echo "$@" >> ${guest.tree.root}/loaded`);
  expect(await edu.loadDriver(system(), guest.tree.kit)).toMatch(/the kit has no modules\/.*\/edu.ko/);
  guest.tree.file(`kit/modules/${KERNEL}/edu.ko`, '');
  expect(await edu.loadDriver(system(), guest.tree.kit)).toBeNull();
  expect(system().read('/loaded')).toBe(`${guest.tree.kit}/modules/${KERNEL}/edu.ko`);
});

it('tells the tool what a step is', () => {
  const common = { name: 'n', size: 0x38, transactions: 3, timeout_ms: 1 };
  expect(edu.arguments({ ...common, mode: 'download', offset: 0xf88, seed: 7 }, '/dev/edu0')).toEqual(
    '-m v -s 0x38 -n 3 -o 0xf88 -g 0x7 -c /dev/edu0'.split(' '),
  );
  expect(edu.arguments({ ...common, mode: 'roundtrip', offset: 0, seed: null }, '/dev/edu0')).toEqual(
    '-m rw -s 0x38 -n 3 -c /dev/edu0'.split(' '),
  );
});
