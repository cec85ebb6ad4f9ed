import { type InterruptSnapshot, interruptDelta, parseInterrupts } from '@coordinator/shared/interrupts';
import { holds, Script, same, type Target, textOf, utf8 } from '../target.ts';

const TABLE = `           CPU0       CPU1
 20:          1          0   ITS-MSI   0 Edge      0000:00:00.0
 26:          2          0   ITS-PCI-MSIX-0000:00:00.0   0 Edge      0000:00:00.0, smmute
 41:          7          0   BRCM STB PCIe MSI 524288 Edge      0000:01:00.0
 27:          3          0   IR-PCI-MSI 524288-edge      nvme0q1
IPI0:        12          9   Rescheduling interrupts
 Err:          0
`;

function read(text: string): InterruptSnapshot | null {
  try {
    return parseInterrupts(text);
  } catch (error) {
    holds(error instanceof TypeError, `another error than TypeError: ${error}`);
    return null;
  }
}

/** What a guest says its /proc/interrupts was, before and after. */
export const interrupts: Target = {
  name: 'interrupts',
  maxBytes: 4096,
  words: [
    'CPU0',
    'CPU1',
    ' Edge ',
    ' Level ',
    '-fasteoi ',
    'ITS-MSI ',
    '0000:00:00.0',
    '4294967295 ',
    '\n 26: ',
  ],
  seeds: [utf8(TABLE), utf8(TABLE.replace('CPU1', '    ')), Uint8Array.of(200, ...utf8(TABLE))],
  run: (bytes) => {
    const script = new Script(bytes);
    // Before is the whole; after, what is left when as much of its end is cut off as the first byte says.
    const texts = [textOf(bytes), textOf(bytes.subarray(1, bytes.length - script.byte()))];
    const [before, after] = texts.map(read);
    if (!before) return;
    for (const { counts, irq } of before.rows) {
      holds(!/[\s:]/.test(irq), 'a label with blanks');
      holds(
        [...counts.keys()].every((cpu) => before.cpus.includes(cpu)),
        'a count of a CPU without column',
      );
    }
    for (const owns of [() => true, (action: string) => action.startsWith('0000:')]) {
      same(interruptDelta(before, before, owns).total, 0, 'counted in no time');
      if (!after) continue;
      const { rows, total, cpus } = interruptDelta(before, after, owns);
      holds(total >= 0, 'counted backwards');
      for (const row of rows) same(row.delta.length, cpus.length, 'deltas of a row');
    }
  },
};
