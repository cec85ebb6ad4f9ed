import { findInPath } from '@coordinator/base/programs';
import type { VmmKind } from '../kind.ts';
import { isLkvmFunction } from './arguments.ts';
import { namedLkvm } from './find.ts';
import { lkvmInstance, removeLkvmSocket } from './instance.ts';

export const lkvmKind: VmmKind = {
  name: 'lkvm',
  title: 'kvmtool',
  lacks: {
    restore: 'kvmtool can restore no guest',
    'cpu-model': 'kvmtool has no models of CPUs to choose from',
    'board-options': 'kvmtool has no options of a board',
    gdbstub: 'kvmtool has no gdbstub that works',
    'command-port': 'kvmtool has no port for commands',
    iommu: 'kvmtool has no IOMMU to give',
    'slow-share': 'kvmtool has no slow-disk to give',
    'peer-to-peer': 'kvmtool lets no device reach the registers of one',
    nvme: 'guests of kvmtool cannot use an NVMe function: its controller never becomes ready in them',
    'compressed-kernel': 'kvmtool does not unpack a compressed kernel',
  },
  isInstalled: () => namedLkvm(undefined) !== undefined || Boolean(findInPath('lkvm')),
  whyNotFunction: (bdf) => (isLkvmFunction(bdf) ? null : 'it knows PCI domains up to ffff'),
  removeLeftOf: (run, guest) => removeLkvmSocket(lkvmInstance(run, guest)),
};
