import { describe, expect, it } from 'vitest';
import { interruptDelta, parseInterrupts } from './index.ts';

const rowOf = (line: string) => parseInterrupts(`           CPU0       CPU1\n${line}\n`).rows[0];

describe('the layouts of other machines', () => {
  it.each([
    [
      ' 41:          7          0 BRCM STB PCIe MSI 524288 Edge      0000:01:00.0',
      { chip: 'BRCM STB PCIe MSI', hwirq: 524288, trigger: 'Edge', actions: ['0000:01:00.0'] },
    ],
    [
      ' 27:          3          0  IR-PCI-MSI 524288-edge      nvme0q1',
      { chip: 'IR-PCI-MSI', hwirq: 524288, trigger: 'Edge', actions: ['nvme0q1'] },
    ],
    [
      '  9:          0          0   IO-APIC   9-fasteoi   acpi',
      { chip: 'IO-APIC', hwirq: 9, trigger: 'Fasteoi', actions: ['acpi'] },
    ],
    [
      ' 30:          2          0   BCM GPIO  30-edge_eoi   gpio-keys',
      { chip: 'BCM GPIO', hwirq: 30, trigger: 'Edge_eoi', actions: ['gpio-keys'] },
    ],
    [
      ' 17:          4          7   IO-APIC  17-fasteoi   ehci_hcd:usb1, ehci_hcd:usb2',
      { chip: 'IO-APIC', hwirq: 17, actions: ['ehci_hcd:usb1', 'ehci_hcd:usb2'] },
    ],
    [
      ' 12:          1          2  RISC-V INTC   5 Edge      riscv-timer',
      { chip: 'RISC-V INTC', hwirq: 5, trigger: 'Edge', actions: ['riscv-timer'] },
    ],
    [
      ' 10:        115          0  SiFive PLIC  10 Edge      ttyS0',
      { chip: 'SiFive PLIC', hwirq: 10, trigger: 'Edge', actions: ['ttyS0'] },
    ],
    [
      ' 10:        115          0  SiFive PLIC  10  virtio0, ttyS0',
      { chip: 'SiFive PLIC', hwirq: 10, trigger: '', actions: ['virtio0', 'ttyS0'] },
    ],
    [
      ' 18:          0          3  APLIC-MSI-d000000.aplic   8 Level     0000:00:01.0',
      { chip: 'APLIC-MSI-d000000.aplic', hwirq: 8, trigger: 'Level', actions: ['0000:00:01.0'] },
    ],
    [
      ' 13:          7          3  RISC-V IMSIC   1 Edge      ',
      { chip: 'RISC-V IMSIC', hwirq: 1, trigger: 'Edge', actions: [] },
    ],
    [
      ' 41:          0          0  interrupt-controller@7ef00100   4 Level     vc4 hdmi hpd connected',
      { chip: 'interrupt-controller@7ef00100', hwirq: 4, actions: ['vc4 hdmi hpd connected'] },
    ],
    [
      ' 29:          5          8  PCI-MSIX-0000:00:03.0    0-edge      0000:00:03.0',
      { chip: 'PCI-MSIX-0000:00:03.0', hwirq: 0, trigger: 'Edge', actions: ['0000:00:03.0'] },
    ],
    [
      '  1:          5          8  dummy chip    0-simple    virtio0',
      { chip: 'dummy chip', hwirq: 0, trigger: 'Simple', actions: ['virtio0'] },
    ],
    [
      ' 33:          1          2  PCI-MSI-0000:01:00.0   1 Edge      my 3 Edge name',
      { chip: 'PCI-MSI-0000:01:00.0', hwirq: 1, actions: ['my 3 Edge name'] },
    ],
  ])('%s', (line, row) => expect(rowOf(line)).toMatchObject(row));
});

describe('what vanishes between two readings', () => {
  const table = (cpus: readonly number[], irqs: readonly number[]) =>
    parseInterrupts(
      `${cpus.map((cpu) => ` CPU${cpu}`).join('')}\n${irqs
        .map((irq) => ` ${irq}: ${cpus.map((cpu) => cpu).join(' ')} ITS-MSI ${irq} Edge 0000:00:02.0`)
        .join('\n')}\n`,
    );

  it('is named', () => {
    const delta = interruptDelta(table([0, 1, 4], [26, 27]), table([0, 4], [27]), () => true);
    expect(delta).toMatchObject({ vanishedCpus: [1], vanishedRows: ['26'], cpus: [0, 1, 4] });
    expect(interruptDelta(table([0], [26]), table([0, 1], [26, 27]), () => true)).toMatchObject({
      vanishedCpus: [],
      vanishedRows: [],
    });
  });
});
