import type { PlanDevice } from '@coordinator/shared/exerciser';
import { describe, expect, it } from 'vitest';
import { BDF, KERNEL } from '../../testing/guest-tree.ts';
import { useGuestTree } from '../../testing/use-guest-tree.ts';
import { pci } from './pci.ts';

const guest = useGuestTree();
const system = () => guest.system();
const device = `sys/bus/pci/devices/${BDF}`;

const any: PlanDevice = { id: null, class: null, qemu: null, driver: null, modules: [] };
const igb: PlanDevice = { ...any, id: '8086:10c9', driver: 'igb' };

function add(bdf: string, vendor: string, id: string, pciClass: string): void {
  const folder = `sys/bus/pci/devices/${bdf}`;
  guest.tree.file(`${folder}/vendor`, `${vendor}\n`);
  guest.tree.file(`${folder}/device`, `${id}\n`);
  guest.tree.file(`${folder}/class`, `${pciClass}\n`);
}

/** What every guest has: a host bridge, a port, a share, a console. */
function addOwn(): void {
  add('0000:00:00.0', '0x1b36', '0x0008', '0x060000');
  add('0000:00:01.0', '0x1b36', '0x000c', '0x060400');
  add('0000:00:03.0', '0x1af4', '0x1049', '0x000200');
  add('0000:00:1e.0', '0x1af4', '0x1043', '0x078000');
}
const addIgb = (bdf = BDF) => add(bdf, '0x8086', '0x10c9', '0x020000');

describe('inspect', () => {
  it('finds the function and its driver; a device file is not needed', () => {
    addOwn();
    expect(pci.inspect(system(), igb).problem).toBe('no PCI function 8086:10c9 in this guest');
    addIgb();
    expect(pci.inspect(system(), igb).problem).toBe(`function ${BDF} is bound to no driver`);
    guest.tree.bindDriver('igb');
    expect(pci.inspect(system(), igb)).toEqual({ bdf: BDF, driver: 'igb', node: null, problem: null });
  });

  it('wants the driver that the plan names, and any or none where it names none', () => {
    addIgb();
    expect(pci.inspect(system(), { ...igb, driver: null })).toMatchObject({ driver: null, problem: null });
    guest.tree.bindDriver('vfio-pci');
    expect(pci.inspect(system(), igb)).toMatchObject({
      driver: 'vfio-pci',
      problem: `function ${BDF} is bound to vfio-pci, not to igb`,
    });
    expect(pci.inspect(system(), { ...igb, driver: null })).toMatchObject({ problem: null });
  });

  it('takes none of what the VMM gives every guest, and does not choose between two', () => {
    addOwn();
    for (const wanted of [any, { ...any, class: '06' }, { ...any, id: '1af4:1043' }])
      expect(pci.inspect(system(), wanted).problem).toMatch(/^no PCI function/);
    addIgb();
    expect(pci.inspect(system(), any)).toMatchObject({ bdf: BDF, problem: null });
    add('0000:00:09.0', '0x1234', '0x11e8', '0x00ff00');
    expect(pci.inspect(system(), any).problem).toMatch(/^more than one .*: 0000:00:02.0, 0000:00:09.0$/);
    expect(pci.inspect(system(), { ...any, class: '0200' })).toMatchObject({ bdf: BDF, problem: null });
  });

  it('finds a device file of the driver, and takes no other for it', () => {
    addIgb();
    guest.tree.file(`${device}/ptp/ptp0/uevent`, 'MAJOR=1\nMINOR=3\nDEVNAME=ptp0\n');
    guest.tree.file(`${device}/ptp/ptp0/dev`, '1:3\n');
    const wanted = { ...igb, driver: null };
    expect(pci.inspect(system(), wanted).problem).toBe(`function ${BDF} has no device file /dev/ptp0`);
    guest.tree.link('dev/ptp0', '/dev/null');
    expect(pci.inspect(system(), wanted)).toMatchObject({ node: '/dev/ptp0', problem: null });
    guest.tree.file(`${device}/ptp/ptp0/dev`, '250:0\n');
    expect(pci.inspect(system(), wanted).problem).toBe(`/dev/ptp0 is not the device file of function ${BDF}`);
  });

  it('finds nothing good before every module of the plan is loaded', () => {
    addIgb();
    const wanted = { ...any, modules: ['igb'] };
    expect(pci.inspect(system(), wanted).problem).toBe(
      'the RAM disk of this guest has no modules of a plan: igb',
    );
    guest.tree.file('lib/modules/pci-plan', 'i2c_algo_bit.ko\nigb.ko\n');
    guest.tree.folder('sys/module/i2c_algo_bit');
    expect(pci.inspect(system(), wanted).problem).toBe('the module igb.ko is not loaded');
    guest.tree.folder('sys/module/igb');
    expect(pci.inspect(system(), wanted).problem).toBeNull();
  });
});

describe('loadDriver', () => {
  it('loads the modules of the plan that are not loaded, in order, and says what insmod said', async () => {
    guest.tree.file('lib/modules/pci-plan', 'i2c_algo_bit.ko\nptp.ko\nigb.ko\n');
    guest.tree.folder('sys/module/ptp');
    guest.tree.script('sbin/insmod', `echo "$@" >> ${guest.tree.root}/loaded`);
    const wanted = { ...igb, modules: ['igb'] };
    expect(await pci.loadDriver(system(), guest.tree.kit, wanted)).toBeNull();
    const folder = `${guest.tree.root}/lib/modules`;
    expect(system().read('/loaded')).toBe(`${folder}/i2c_algo_bit.ko\n${folder}/igb.ko`);
    guest.tree.script('sbin/insmod', 'echo "unknown symbol" >&2; exit 1');
    expect(await pci.loadDriver(system(), guest.tree.kit, wanted)).toBe('insmod said: unknown symbol');
  });

  it('loads a driver of the kit, where the plan names no module', async () => {
    guest.tree.script('sbin/insmod', `echo "$@" >> ${guest.tree.root}/loaded`);
    expect(await pci.loadDriver(system(), guest.tree.kit, igb)).toMatch(/the kit has no modules\/.*\/igb.ko/);
    guest.tree.file(`kit/modules/${KERNEL}/igb.ko`, '');
    expect(await pci.loadDriver(system(), guest.tree.kit, igb)).toBeNull();
    expect(system().read('/loaded')).toBe(`${guest.tree.kit}/modules/${KERNEL}/igb.ko`);
    expect(await pci.loadDriver(system(), guest.tree.kit, any)).toBeNull();
  });
});

it("tells the numbers of the function's vectors, or of its line", () => {
  addIgb();
  const numbers = () => pci.interruptNumbers?.(system(), BDF);
  expect(numbers()).toEqual([]);
  guest.tree.file(`${device}/irq`, '0\n');
  expect(numbers()).toEqual([]);
  guest.tree.file(`${device}/irq`, '28\n');
  expect(numbers()).toEqual(['28']);
  for (const vector of [29, 30]) guest.tree.file(`${device}/msi_irqs/${vector}`, 'msix\n');
  expect(numbers()?.toSorted()).toEqual(['29', '30']);
  expect(pci.ownsInterruptLine(' 29:  1  0 ITS-MSI 0 Edge eth0', BDF, ['29', '30'])).toBe(true);
  expect(pci.ownsInterruptLine(' 2:  1  0 ITS-MSI 0 Edge eth0', BDF, ['29', '30'])).toBe(false);
});
