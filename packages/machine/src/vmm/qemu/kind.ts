import { findInPath } from '@coordinator/base/programs';
import type { VmmKind } from '../kind.ts';

/** As it is called on $PATH. */
export const QEMU_PROGRAM = 'qemu-system-aarch64';

export const qemuKind: VmmKind = {
  name: 'qemu',
  title: 'QEMU',
  lacks: {},
  isInstalled: () => Boolean(findInPath(QEMU_PROGRAM)),
  whyNotFunction: () => null,
  removeLeftOf: () => {},
};
