import { addDisk, escapeValue, type QemuControl } from '@coordinator/machine/vmm';

/** A PCI function of the lab's Arm host, as QEMU's `-device` and `device_add` take it in JSON. */
export interface LabFunction {
  readonly driver: string;
  /** The root port it is behind: `rp1` to `rp8`. */
  readonly bus: string;
  /** Its device and function number; the first if absent. */
  readonly addr?: string;
  readonly multifunction?: boolean;
  readonly properties: Readonly<Record<string, unknown>>;
  /** The driver of the host's kernel that probes it first of all; none waits for one if absent. */
  readonly hostDriver?: string;
  /** Its disk, by the name it has for QEMU. */
  readonly disk?: { readonly name: string; readonly image: string };
}

/** One that is there from the start. */
export function functionArguments(fn: LabFunction): string[] {
  const { disk } = fn;
  const options = 'if=none,format=raw,cache=unsafe';
  return [
    ...(disk ? ['-drive', `file=${escapeValue(disk.image)},id=${disk.name},${options}`] : []),
    ...['-device', JSON.stringify(describe(fn))],
  ];
}

/** Plugs one in. Nothing of a slot appears before its first function. */
export async function plug({ qmp }: QemuControl, fn: LabFunction): Promise<void> {
  if (fn.disk) await addDisk(qmp, fn.disk.name, fn.disk.image);
  await qmp.execute('device_add', describe(fn));
}

function describe({ driver, bus, addr, multifunction, properties, disk }: LabFunction) {
  return {
    ...{ driver, bus },
    ...(addr && { addr }),
    ...(multifunction && { multifunction }),
    ...(disk && { drive: disk.name }),
    ...properties,
  };
}

/**
 * The functions of each slot that are plugged in together, slot by slot as Linux finds them in a machine that boots; the one
 * that has the slot's others appear comes last.
 */
export function bySlot(functions: readonly LabFunction[]): LabFunction[][] {
  const buses = [...new Set(functions.map(({ bus }) => bus))].sort();
  return buses.map((bus) =>
    functions.filter((fn) => fn.bus === bus).sort(({ addr: a = '' }, { addr: b = '' }) => (a > b ? -1 : 1)),
  );
}
