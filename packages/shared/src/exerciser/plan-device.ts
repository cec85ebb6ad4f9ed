/** A PCI function that a plan itself names, where its exerciser stands for no particular one. */
export interface PlanDevice {
  /** Vendor and device in hexadecimal, "8086:10c9"; null for any. */
  readonly id: string | null;
  /** Class in hexadecimal, base class first: "02", "0200" or "020000"; null for any. */
  readonly class: string | null;
  /** What QEMU gives guests of the platform "virtual", and a lab; null where the plan is for functions that there are. */
  readonly qemu: QemuDevice | null;
  /** The driver that it must be bound to in a guest; null for any, and for none. */
  readonly driver: string | null;
  /** Modules of the guest's kernel that are loaded for it, beside those that they need. */
  readonly modules: readonly string[];
}

/** A device that QEMU emulates, by its name there. */
export interface QemuDevice {
  readonly driver: string;
  readonly properties: Readonly<Record<string, string>>;
}

/** Of a function, what plans tell it by. */
export interface FunctionIdentity {
  readonly vendor: number;
  readonly device: number;
  /** Base class, sub-class and programming interface in 24 bits. */
  readonly class: number;
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** "8086:10c9" */
export const describeId = ({ vendor, device }: FunctionIdentity): string =>
  `${hex(vendor, 4)}:${hex(device, 4)}`;

/** Whether a function is one that the plan means. One that names neither id nor class means any. */
export function isMeant(wanted: Pick<PlanDevice, 'id' | 'class'>, fn: FunctionIdentity): boolean {
  return (
    (wanted.id === null || describeId(fn) === wanted.id) &&
    (wanted.class === null || hex(fn.class, 6).startsWith(wanted.class))
  );
}

/** "PCI function 8086:10c9 of class 0x0200" */
export function describeDevice({ id, class: wanted, qemu }: PlanDevice): string {
  if (id === null && wanted === null) return `PCI function that is QEMU's ${qemu?.driver}`;
  return `PCI function${id === null ? '' : ` ${id}`}${wanted === null ? '' : ` of class 0x${wanted}`}`;
}
