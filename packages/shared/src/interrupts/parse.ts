/** One row of /proc/interrupts. */
export interface InterruptRow {
  /** The row's label without the colon: an IRQ number ("26") or letters ("IPI0", "Err"). */
  readonly irq: string;
  /** Counts by CPU number, for the CPUs that were online when the file was read. */
  readonly counts: ReadonlyMap<number, number>;
  /** Interrupt chip, e.g. "ITS-MSI" or "ITS-PCI-MSIX-0000:00:00.0"; empty for rows without one. */
  readonly chip: string;
  /** Hardware interrupt number within the chip; null for rows without one. */
  readonly hwirq: number | null;
  /** "Edge" or "Level", or how the kernel handles it ("Fasteoi"); empty for rows without one. */
  readonly trigger: string;
  /** Names under which the interrupt was requested; several handlers may share it. */
  readonly actions: readonly string[];
}

/** /proc/interrupts as read at one moment. */
export interface InterruptSnapshot {
  /** Numbers of the CPUs that had a column. */
  readonly cpus: readonly number[];
  readonly rows: readonly InterruptRow[];
}

/** Counts are `unsigned int` in the kernel (struct irqstat). */
const MAX_COUNT = 0xffff_ffff;

/** More columns than any Linux build has CPUs: such a header is not from a kernel. */
const MAX_CPUS = 8192;

/**
 * Reads the text of /proc/interrupts. All layouts are known (Documentation/filesystems/proc.rst; fs/proc and
 * kernel/irq/proc.c show_interrupts):
 *
 *     20:   1   0   ITS-MSI   0 Edge      0000:00:00.0                      up to 6.x
 *     26:   2   0   ITS-PCI-MSIX-0000:00:00.0   0 Edge      0000:00:00.0    6.12
 *     41:   7   0   BRCM STB PCIe MSI 524288 Edge      0000:01:00.0         Raspberry Pi 4
 *     27:   3   0   IR-PCI-MSI 524288-edge      nvme0q1                     x86
 *     10:   9   0   SiFive PLIC  10 Edge      ttyS0                          RISC-V
 *
 * Rows without a chip (`IPI0:  12  9   Rescheduling interrupts`) and short ones (`Err:  0`) are kept too.
 * @throws TypeError when there is no header line with CPU columns.
 */
export function parseInterrupts(text: string): InterruptSnapshot {
  const lines = text.split('\n');
  const headerIndex = lines.findIndex((line) => /^\s*CPU\d+(\s|$)/.test(line));
  if (headerIndex === -1) throw new TypeError('/proc/interrupts: no header line with CPU columns');
  const cpus = [...(lines[headerIndex] as string).matchAll(/CPU(\d+)/g)].map(([, number]) => Number(number));
  if (cpus.length > MAX_CPUS) throw new TypeError(`/proc/interrupts: ${cpus.length} CPU columns`);
  const rows: InterruptRow[] = [];
  for (const line of lines.slice(headerIndex + 1)) {
    const row = parseRow(line, cpus);
    if (row) rows.push(row);
  }
  return { cpus, rows };
}

function parseRow(line: string, cpus: readonly number[]): InterruptRow | null {
  const label = /^\s*([^\s:]+):\s*/.exec(line);
  if (!label) return null;
  let rest = line.slice(label[0].length);
  const counts = new Map<number, number>();
  for (const cpu of cpus) {
    const count = /^(\d+)(\s+|$)/.exec(rest);
    if (!count || Number(count[1]) > MAX_COUNT) break;
    counts.set(cpu, Number(count[1]));
    rest = rest.slice(count[0].length);
  }
  return { irq: label[1] as string, counts, ...parseDescription(label[1] as string, rest.trim()) };
}

/** What stands behind the counts: chip, hardware number, trigger and actions, as far as they are there. */
function parseDescription(irq: string, text: string): Omit<InterruptRow, 'irq' | 'counts'> {
  const nothing = { chip: '', hwirq: null, trigger: '', actions: [] };
  if (!/^\d+$/.test(irq)) return { ...nothing, actions: text ? [text] : [] };
  // Chips of embedded SoCs, and of RISC-V, have spaces in their names: what ends them is the number with the trigger,
  // or with what the kernel calls the way it handles it, behind it.
  const full = /^(.+?)\s+(\d+)(?:\s+(Edge|Level)\b|-([A-Za-z_]+)(?=\s|$))\s*(.*)$/.exec(text);
  if (full) {
    const [, chip = '', hwirq, trigger, flow = '', actions = ''] = full;
    const shown = trigger ?? `${flow.charAt(0).toUpperCase()}${flow.slice(1)}`;
    return { chip, hwirq: Number(hwirq), trigger: shown, actions: splitActions(actions) };
  }
  // Kernels built without GENERIC_IRQ_SHOW_LEVEL leave the trigger out.
  const noTrigger = /^(.+?)\s+(\d+)\s+(.*)$/.exec(text);
  if (noTrigger) {
    const [, chip, hwirq, actions] = noTrigger as unknown as [string, string, string, string];
    return { ...nothing, chip, hwirq: Number(hwirq), actions: splitActions(actions) };
  }
  return { ...nothing, chip: text.split(/\s+/)[0] ?? '' };
}

/** The kernel joins the names of handlers that share an interrupt with ", ". */
function splitActions(text: string): string[] {
  return text
    .split(',')
    .map((action) => action.trim())
    .filter((action) => action !== '');
}
