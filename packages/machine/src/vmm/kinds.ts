import type { VmmName } from '@coordinator/shared/vmm';
import type { VmmKind } from './kind.ts';
import { lkvmKind } from './lkvm/kind.ts';
import { qemuKind } from './qemu/kind.ts';

/** Every VMM. */
export const vmms: Readonly<Record<VmmName, VmmKind>> = { qemu: qemuKind, lkvm: lkvmKind };

/** The one of a name that another process has given; undefined when there is none. */
export const vmmCalled = (name: string | undefined): VmmKind | undefined =>
  Object.values(vmms).find((kind) => kind.name === name);
