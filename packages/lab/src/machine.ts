import { LAB_NAMES } from '@coordinator/image';
import {
  escapeValue,
  functionArguments,
  MEMORY_BACKEND,
  savedMemory,
  sealedMemory,
  shareArguments,
} from '@coordinator/machine/vmm';
import type { LabFunction } from './function.ts';
import type { Iommu } from './iommu.ts';
import type { LabPlaces } from './lab-places.ts';

/** What the lab's machine is made of. */
export interface LabMachine extends LabPlaces {
  readonly iommu: Iommu;
  readonly kernel: string;
  readonly initrd: string;
  readonly rootImage: string;
  readonly packImage: string;
  /** What is /dev/vda, and has a second partition with what people start guests from. */
  readonly disk: string;
  readonly cpus: number;
  readonly memoryMiB: number;
  /** What `config_acs=` says of them, beside the root ports. */
  readonly acs: readonly string[];
}

const ROOT_PORTS = 8;
/** Guests that can have a function of the lab at once, with either IOMMU. */
export const LAB_FUNCTIONS = 4;

/** Enough for four guests of 256 MiB, the VMMs they run under, and Node. */
export const LAB_MEMORY_MIB = 3072;
/** Of that, what guests can have: its kernel, files and Node take 512 MiB, and each VMM 64. */
export const LAB_GUEST_MEMORY_MIB = LAB_MEMORY_MIB - 512 - LAB_FUNCTIONS * 64;

/**
 * Everything new of the Armv8 of QEMU's `max`, as nested guests need it, less what is slow to emulate and of no use
 * here: pointer authentication, and vector registers of kilobytes that are saved with every change of guest.
 */
const CPU = 'max,pauth=off,sve=off,sme=off';

/**
 * Access control that lets functions not reach each other (ACS), so that each has an IOMMU group of its own.
 * Documentation/admin-guide/kernel-parameters.txt, `config_acs=`; bits from the left: DT, EC, UF, RC, CR, TB, SV.
 */
const ROOT_PORT_ACS = '0011101@pci:1b36:000c';

/**
 * The QEMU command line of the lab's Arm host, without the program itself. Its console is on stdout.
 * @param memoryFile its memory, if it is to be saved
 */
export function bootingLab(
  machine: LabMachine,
  functions: readonly LabFunction[],
  kernelArguments: readonly string[],
  memoryFile?: string,
): string[] {
  const separateGroups = `pci=config_acs=${[ROOT_PORT_ACS, ...machine.acs].join(';')}`;
  const { memoryMiB } = machine;
  const memory = memoryFile === undefined ? sealedMemory(memoryMiB) : savedMemory(memoryMiB, memoryFile);
  const append = ['console=ttyAMA0', 'quiet', 'panic=-1', separateGroups, ...kernelArguments];
  return [
    ...boardArguments(machine, memory),
    ...['-kernel', machine.kernel, '-initrd', machine.initrd, '-append', append.join(' ')],
    ...functions.flatMap(({ device, place, disk }) => functionArguments(device, place, disk)),
  ];
}

/** That of a lab that waits to be restored from one that had no functions; they are plugged in. */
export function restoredLab(machine: LabMachine): string[] {
  return [...boardArguments(machine, sealedMemory(machine.memoryMiB)), '-incoming', 'defer'];
}

/** What the lab that is saved and those that are restored from it have in common. */
function boardArguments(machine: LabMachine, memory: readonly string[]): string[] {
  const { iommu, cpus, memoryMiB } = machine;
  const board = `virt,gic-version=3,its=on,virtualization=on,${MEMORY_BACKEND}${iommu === 'smmuv3' ? ',iommu=smmuv3' : ''}`;
  return [
    ['-name', 'coordinator-lab,debug-threads=on'],
    ['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
    ['-machine', board, '-accel', 'tcg,thread=multi', '-cpu', CPU],
    memory,
    ['-smp', String(cpus), '-m', `${memoryMiB}M`],
    ['-qmp', `unix:${escapeValue(machine.qmpSocket)},server=on,wait=off`],
    ['-chardev', 'stdio,id=console,signal=off', '-serial', 'chardev:console'],
    iommu === 'virtio' ? ['-device', 'virtio-iommu-pci'] : [],
    diskArguments(LAB_NAMES.disk, machine.disk),
    diskArguments(LAB_NAMES.rootDisk, machine.rootImage),
    diskArguments(LAB_NAMES.packDisk, machine.packImage),
    shareArguments('exchange', machine.exchange, LAB_NAMES.exchangeTag),
    execPortArguments(machine.execSocket),
    Array.from({ length: ROOT_PORTS }, (_, index) => {
      const number = index + 1;
      return ['-device', `pcie-root-port,id=rp${number},chassis=${number}`];
    }).flat(),
  ].flat();
}

function diskArguments(name: string, image: string): string[] {
  const drive = `file=${escapeValue(image)},id=${name},if=none,format=raw,readonly=on`;
  return ['-drive', drive, '-device', `virtio-blk-pci,drive=${name},serial=${name}`];
}

function execPortArguments(socket: string): string[] {
  return [
    ...['-device', 'virtio-serial-pci'],
    ...['-chardev', `socket,id=exec,path=${escapeValue(socket)},server=on,wait=off`],
    ...['-device', `virtserialport,chardev=exec,name=${LAB_NAMES.execPort}`],
  ];
}
