import { findInPath } from '@coordinator/base/programs';
import { QEMU_PROGRAM } from '@coordinator/shared/vmm';
import type { VmmKind } from '../kind.ts';

export const qemuKind: VmmKind = {
  name: 'qemu',
  title: 'QEMU',
  lacks: {},
  isInstalled: () => Boolean(findInPath(QEMU_PROGRAM)),
  whyNotFunction: () => null,
  removeLeftOf: () => {},
};
