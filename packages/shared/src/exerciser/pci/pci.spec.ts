import { describe, expect, it } from 'vitest';
import { describeDevice, isMeant, parsePlan } from '../../plan/index.ts';
import { parseQemuDevice } from '../index.ts';

const planOf = (fields: string, tests = '- { run: ./my-test.sh }') =>
  parsePlan(`exerciser: pci\n${fields}\ntests:\n${tests}\n`, 'my.yaml');

describe('a plan for any PCI function', () => {
  it('is filled in', () => {
    const plan = planOf('device: { id: "8086:10C9" }\ndriver: igb\nmodules: [igb]');
    expect(plan.device).toEqual({
      ...{ id: '8086:10c9', class: null, qemu: null, driver: 'igb', modules: ['igb'] },
    });
    expect(plan.tests).toMatchObject([{ mode: 'run', name: 'my-test.sh', interrupts: null }]);
    expect(planOf('device: { qemu: "edu,dma_mask=0xffff" }').device).toEqual({
      ...{ id: null, class: null, driver: null, modules: [] },
      qemu: { driver: 'edu', properties: { dma_mask: '0xffff' } },
    });
  });

  it.each([
    ['device: {}', 'device: names no function: it needs id, class or qemu'],
    ['driver: igb', 'device: '],
    ['device: { id: "8086" }', 'device.id: write it as lspci -n does: "8086:10c9"'],
    ['device: { class: 0200 }', 'device.class: must be in quotes: "0200"'],
    ['device: { class: "020" }', 'device.class: '],
    [
      'device: { qemu: "vfio-pci,host=00:01.0" }',
      'device.qemu: vfio-pci gives guests something of this machine',
    ],
    ['device: { qemu: igb }\nmodules: [../evil]', 'modules[0]: the name of a module'],
    ['device: { qemu: igb }\ndriver: a/b', 'driver: the name of a driver'],
    ['device: { qemu: igb }\niommu: true', 'unknown field "iommu"'],
  ])('%s is refused', (fields, why) => expect(() => planOf(fields)).toThrow(why));

  it('has tests, and they are programs', () => {
    const device = 'device: { qemu: igb }';
    expect(() => planOf(device, ' []')).toThrow('tests: ');
    expect(() => planOf(device, '- { mode: memcpy }')).toThrow('tests[0].run: names no program');
    expect(() => parsePlan(`tests:\n- { run: a }\n${device}\n`, 'p')).toThrow('unknown field "device"');
  });

  it.each([
    ['none', { min: 0, max: 0 }],
    ['any', null],
    ['7', { min: 7, max: 7 }],
    ['at-least 2', { min: 2, max: null }],
  ])('judges interrupts as it says: %s', (text, interrupts) =>
    expect(planOf('device: { qemu: igb }', `- { run: a, interrupts: ${text} }`).tests).toMatchObject([
      { interrupts },
    ]),
  );
});

describe('a device of QEMU', () => {
  it('has properties', () =>
    expect(parseQemuDevice('e1000e,mac=52:54:00:12:34:56,x-pcie-flr-init=off')).toEqual({
      driver: 'e1000e',
      properties: { mac: '52:54:00:12:34:56', 'x-pcie-flr-init': 'off' },
    }));

  it.each([
    ['', 'is no name of a device'],
    ['igb -drive', 'is no name of a device'],
    ['{"driver":"igb"}', 'is no name of a device'],
    ['vhost-vsock-pci', 'something of this machine'],
    ['usb-host', 'something of this machine'],
    ['vfio-user-pci', 'something of this machine'],
    ['ivshmem-plain', 'something of this machine'],
    ['igb,romfile=/etc/passwd', 'romfile= connects it'],
    ['nvme,drive=share0', 'drive= connects it'],
    ['virtio-net-pci,netdev=n', 'netdev= connects it'],
    ['pci-serial,chardev=console', 'chardev= connects it'],
    ['pci-serial-2x,chardev1=console', 'chardev1= connects it'],
    ['virtio-9p-pci,fsdev=share0', 'fsdev= connects it'],
    ['pvpanic-pci,bus=port1', 'bus= is for coordinator'],
    ['igb,id=x', 'id= is for coordinator'],
    ['igb,serial=/dev/sda', 'a value has letters'],
    ['igb,mac=1 -device', 'a value has letters'],
    ['igb,mac', 'is no property'],
    ['igb,', 'is no property'],
    ['igb,a=1,a=2', 'given twice'],
    [`igb${',a=1'.repeat(33)}`, 'more than 32'],
  ])('%s is refused', (text, why) => expect(() => parseQemuDevice(text)).toThrow(why));
});

describe('the function that is meant', () => {
  const igb = { vendor: 0x8086, device: 0x10c9, class: 0x020000 };
  const wanted = (id: string | null, pciClass: string | null) => ({ id, class: pciClass });

  it.each([
    ['8086:10c9', null, true],
    ['8086:10ca', null, false],
    [null, '02', true],
    [null, '0200', true],
    [null, '020001', false],
    ['8086:10c9', '01', false],
    [null, null, true],
  ])('by id %s and class %s: %s', (id, pciClass, is) => expect(isMeant(wanted(id, pciClass), igb)).toBe(is));

  it('is told from those whose leading digits are the same', () =>
    expect(isMeant(wanted(null, '02'), { ...igb, class: 0x2000 })).toBe(false));

  it('has a name for people', () => {
    const device = { driver: null, modules: [], qemu: { driver: 'igb', properties: {} } };
    expect(describeDevice({ ...device, id: '8086:10c9', class: '0200' })).toBe(
      'PCI function 8086:10c9 of class 0x0200',
    );
    expect(describeDevice({ ...device, id: null, class: null })).toBe("PCI function that is QEMU's igb");
  });
});
