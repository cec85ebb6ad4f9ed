import type { GuestMachine, GuestVsock, Share } from '../vmm.ts';
import { escapeValue, nvmeArguments, shareArguments } from './devices.ts';

/** A PCI function for the guest. */
export type GuestFunction =
  /** Served by a vfio-user device server listening on `socket`. */
  | { readonly kind: 'vfio-user'; readonly socket: string }
  /** A function of this host, bound to vfio-pci. */
  | { readonly kind: 'vfio-pci'; readonly bdf: string }
  /** QEMU's own NVMe function, with the raw file `image` as its disk. */
  | { readonly kind: 'nvme'; readonly image: string; readonly serial: string };

export interface QemuMachine extends GuestMachine {
  readonly accelerator: 'tcg' | 'kvm';
  readonly functions: readonly GuestFunction[];
  readonly qmpSocket: string;
}

/**
 * The CPU emulated under TCG: the quickest of those tried that boots a stock arm64 kernel. `max` takes a quarter
 * longer, most of it in pointer authentication.
 */
const TCG_CPU = 'cortex-a57';

/** The QEMU command line of a guest on the `virt` board, without the program itself. */
export function qemuArguments(machine: QemuMachine): string[] {
  const { accelerator, cpus, memoryMiB } = machine;
  return [
    ['-name', `${escapeValue(machine.name)},debug-threads=on`],
    ['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
    ...memoryArguments(machine),
    ['-accel', accelerator === 'kvm' ? 'kvm' : 'tcg,thread=multi'],
    ['-cpu', accelerator === 'kvm' ? 'host' : TCG_CPU],
    ['-smp', String(cpus), '-m', `${memoryMiB}M`],
    ['-kernel', machine.kernel, '-initrd', machine.initrd],
    ['-append', ['console=ttyAMA0', ...machine.kernelArguments].join(' ')],
    ['-chardev', 'stdio,id=console,signal=off', '-serial', 'chardev:console'],
    ['-qmp', `unix:${escapeValue(machine.qmpSocket)},server=on,wait=off`],
    machine.iommu ? ['-device', 'virtio-iommu-pci'] : [],
    ...machine.shares.map(guestShare),
    ...machine.functions.map(functionArguments),
    machine.vsock ? vsockArguments(machine.vsock) : [],
  ].flat();
}

/**
 * A memfd that is shared and sealed can be handed to the device server, which then does DMA by itself. Where nobody
 * needs that, anonymous memory is quicker: it comes in huge pages.
 */
function memoryArguments({ functions, vsock, memoryMiB }: QemuMachine): string[] {
  const board = 'virt,gic-version=3,its=on';
  const isShared = functions.some(({ kind }) => kind === 'vfio-user') || vsock?.kind === 'vhost-user';
  if (!isShared) return ['-machine', board];
  const memfd = `memory-backend-memfd,id=mem,size=${memoryMiB}M,share=on`;
  return ['-machine', `${board},memory-backend=mem`, '-object', memfd];
}

function guestShare(share: Share, index: number): string[] {
  const access = share.readOnly ? ',readonly=on' : '';
  const throttle = share.iops === undefined ? '' : `,throttling.iops-total=${share.iops}`;
  return shareArguments(`share${index}`, share.folder, share.tag, access + throttle);
}

function functionArguments(fn: GuestFunction): string[] {
  if (fn.kind === 'vfio-pci') return ['-device', `vfio-pci,host=${fn.bdf}`];
  if (fn.kind === 'nvme') return nvmeArguments('disk', fn.image, fn.serial);
  return ['-device', JSON.stringify({ driver: 'vfio-user-pci', socket: { type: 'unix', path: fn.socket } })];
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
