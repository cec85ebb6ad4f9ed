import { dirname, join } from 'node:path';
import type { GuestMachine, GuestVsock, Share } from '../vmm.ts';
import {
  deviceOption,
  type EmulatedDevice,
  emulatedArguments,
  escapeValue,
  shareArguments,
} from './devices.ts';
import { MEMORY_BACKEND, type SavedState, savedMemory, sealedMemory } from './memory.ts';

/** A PCI function for the guest. */
export type GuestFunction =
  /** Served by a vfio-user device server listening on `socket`. */
  | { readonly kind: 'vfio-user'; readonly socket: string }
  /** A function of this host, bound to vfio-pci. */
  | { readonly kind: 'vfio-pci'; readonly bdf: string }
  | ({ readonly kind: 'emulated' } & EmulatedDevice);

export interface QemuMachine extends GuestMachine {
  readonly accelerator: 'tcg' | 'kvm';
  readonly functions: readonly GuestFunction[];
  readonly qmpSocket: string;
}

/** What a guest must have from its start that is restored; the rest is in its memory, or plugged in. */
export type RestoredMachine = Omit<
  QemuMachine,
  'kernel' | 'initrd' | 'kernelArguments' | 'functions' | 'vsock'
>;

/**
 * The CPU emulated under TCG: the quickest of those tried that boots a stock arm64 kernel. `max` takes a quarter
 * longer, most of it in pointer authentication.
 */
const TCG_CPU = 'cortex-a57';

/** The QEMU command line of a guest on the `virt` board, without the program itself. */
export function qemuArguments(machine: QemuMachine): string[] {
  return [
    ...boardArguments(machine, needsSharedMemory(machine) ? sealedMemory(machine.memoryMiB) : []),
    ...kernelArguments(machine),
    ...machine.functions.flatMap((fn) => functionArguments(fn)),
    ...(machine.vsock ? vsockArguments(machine.vsock) : []),
    ...gdbArguments(machine),
    ...(machine.options?.words ?? []),
  ];
}

/** Where the gdbstub of a guest listens; undefined when it is to have none. */
export function gdbSocketOf({
  name,
  qmpSocket,
  options,
}: Pick<QemuMachine, 'name' | 'qmpSocket' | 'options'>) {
  return options?.gdb === undefined ? undefined : join(dirname(qmpSocket), `${name}.gdb`);
}

function gdbArguments(machine: QemuMachine): string[] {
  const socket = gdbSocketOf(machine);
  if (socket === undefined) return [];
  const stub = ['-gdb', `unix:${escapeValue(socket)},server=on,wait=off`];
  return machine.options?.gdb === 'halted' ? [...stub, '-S'] : stub;
}

/**
 * A guest that is to be saved: its functions are plugged into its root ports once it is restored.
 * @param memoryFile is its memory, which it shares; null for one that shares it with nobody
 */
export function templateArguments(machine: QemuMachine, memoryFile: string | null): string[] {
  return [
    ...boardArguments(machine, memoryFile === null ? [] : savedMemory(machine.memoryMiB, memoryFile)),
    ...rootPorts(),
    ...kernelArguments(machine),
    ...(machine.options?.words ?? []),
  ];
}

/** A guest that waits to be restored from one that was started with {@link templateArguments}. */
export function restoredArguments(machine: RestoredMachine, saved: SavedState): string[] {
  return [
    ...boardArguments(machine, saved.memory ? sealedMemory(machine.memoryMiB) : []),
    ...rootPorts(),
    ...['-incoming', 'defer'],
    ...(machine.options?.words ?? []),
  ];
}

/** All that a template and the guests made from it must have in common, and shares, whose folders may differ. */
function boardArguments(machine: RestoredMachine, memory: readonly string[]): string[] {
  const { accelerator, cpus, memoryMiB, options = {} } = machine;
  return [
    ['-name', `${escapeValue(machine.name)},debug-threads=on`],
    ['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
    ['-machine', ['virt,gic-version=3,its=on', ...(memory.length > 0 ? [MEMORY_BACKEND] : [])].join(',')],
    memory,
    // QEMU merges the two: what comes later wins, the board's name among it.
    options.machine === undefined ? [] : ['-machine', options.machine],
    ['-accel', accelerator === 'kvm' ? 'kvm' : 'tcg,thread=multi'],
    ['-cpu', options.cpu ?? (accelerator === 'kvm' ? 'host' : TCG_CPU)],
    ['-smp', String(cpus), '-m', `${memoryMiB}M`],
    ['-chardev', 'stdio,id=console,signal=off', '-serial', 'chardev:console'],
    ['-qmp', `unix:${escapeValue(machine.qmpSocket)},server=on,wait=off`],
    machine.iommu ? ['-device', 'virtio-iommu-pci'] : [],
    ...machine.shares.map(guestShare),
    commandPort(machine),
  ].flat();
}

/** Where the port by which commands are run in a guest listens. */
export function commandSocketOf({ name, qmpSocket }: Pick<QemuMachine, 'name' | 'qmpSocket'>): string {
  return join(dirname(qmpSocket), `${name}.port`);
}

/** Far from where functions are: nothing else has another place for it. */
function commandPort(machine: Pick<QemuMachine, 'name' | 'qmpSocket'>): string[] {
  return [
    ...['-device', 'virtio-serial-pci,max_ports=2,vectors=2,addr=0x1e'],
    ...['-chardev', `socket,id=commands,path=${escapeValue(commandSocketOf(machine))},server=on,wait=off`],
    ...['-device', 'virtserialport,chardev=commands,name=coordinator.exec'],
  ];
}

function kernelArguments(machine: QemuMachine): string[] {
  const append = ['console=ttyAMA0', ...machine.kernelArguments].join(' ');
  return ['-kernel', machine.kernel, '-initrd', machine.initrd, '-append', append];
}

/** Names of the ports that functions can be plugged into while a guest runs. */
export const rootPortNames = ['port1', 'port2'] as const;

/** What is plugged in is there at once: without a power controller nobody has to switch it on. */
function rootPorts(): string[] {
  return rootPortNames.flatMap((id, index) => {
    const port = `pcie-root-port,id=${id},chassis=${index + 1},power_controller_present=off`;
    return ['-device', port];
  });
}

/** For its device server. Where nobody needs that, anonymous memory is quicker: it comes in huge pages. */
function needsSharedMemory({ functions, vsock }: QemuMachine): boolean {
  return functions.some(({ kind }) => kind === 'vfio-user') || vsock?.kind === 'vhost-user';
}

function guestShare(share: Share, index: number): string[] {
  const access = share.readOnly ? ',readonly=on' : '';
  const throttle = share.iops === undefined ? '' : `,throttling.iops-total=${share.iops}`;
  return shareArguments(`share${index}`, share.folder, share.tag, access + throttle);
}

/** Where a function is; QEMU finds a place for what is not said. */
export interface FunctionPlace {
  /** The root port it is behind, by its name. */
  readonly bus?: string;
  /** Its device and function number. */
  readonly addr?: string;
  readonly multifunction?: boolean;
}

/** @param disk names its disk, if it has one */
export function functionArguments(fn: GuestFunction, place: FunctionPlace = {}, disk = DISK_NAME): string[] {
  if (fn.kind === 'vfio-pci')
    return ['-device', deviceOption('vfio-pci', [['host', fn.bdf], ...placeWords(place)])];
  if (fn.kind === 'emulated') {
    const properties = { ...fn.properties, ...Object.fromEntries(placeWords(place)) };
    return emulatedArguments(disk, { ...fn, properties });
  }
  const socket = { type: 'unix', path: fn.socket };
  return ['-device', JSON.stringify({ driver: 'vfio-user-pci', ...place, socket })];
}

export const DISK_NAME = 'disk';

export function placeWords({ bus, addr, multifunction }: FunctionPlace): [name: string, value: string][] {
  return [
    ...(bus === undefined ? [] : [['bus', bus] as [string, string]]),
    ...(addr === undefined ? [] : [['addr', addr] as [string, string]]),
    ...(multifunction ? [['multifunction', 'on'] as [string, string]] : []),
  ];
}

function vsockArguments(vsock: GuestVsock): string[] {
  if (vsock.kind === 'vhost') return ['-device', `vhost-vsock-pci,guest-cid=${vsock.cid}`];
  return [
    '-chardev',
    `socket,id=vsock,path=${escapeValue(vsock.socket)}`,
    '-device',
    'vhost-user-vsock-pci,chardev=vsock',
  ];
}
