import type { GuestMachine } from '../vmm.ts';

/** What kvmtool is told beyond the machine itself. */
export interface LkvmMachine extends GuestMachine {
  /** `lkvm` knows a guest by this name in `lkvm list` and `lkvm stop`. */
  readonly instance: string;
  /** Functions of this host, bound to vfio-pci. */
  readonly functions: readonly string[];
  readonly irqchip: string;
  /** Whether this binary knows `--disable-mte`. */
  readonly disableMte: boolean;
  /** What gives it a terminal when something is typed at its console; see onTerminal(). */
  readonly terminal?: string | null;
}

/** Whether kvmtool reads this BDF: vfio/core.c takes four digits for the domain. */
export function isLkvmFunction(bdf: string): boolean {
  return /^[0-9a-f]{4}:/.test(bdf);
}

/** The kvmtool command line of a guest, without the program itself: the one of Arm's PCIe pass-through page. */
export function lkvmArguments(machine: LkvmMachine): string[] {
  return [
    ['run', '--name', machine.instance],
    ['-k', machine.kernel, '-i', machine.initrd],
    ['--irqchip', machine.irqchip],
    ['-c', String(machine.cpus), '-m', String(machine.memoryMiB)],
    ...machine.shares.map(({ folder, tag }) => ['--9p', `${folder},${tag}`]),
    // Without this it makes a network device of its own and warns about it.
    ['--network', 'mode=none'],
    ['--console', 'serial', '--params', ['console=ttyS0', ...machine.kernelArguments].join(' ')],
    ...machine.functions.map((bdf) => ['--vfio-pci', bdf]),
    // It knows only the kernel's own vsock.
    machine.vsock?.kind === 'vhost' ? ['--vsock', String(machine.vsock.cid)] : [],
    machine.disableMte ? ['--disable-mte'] : [],
    machine.options?.words ?? [],
  ].flat();
}
