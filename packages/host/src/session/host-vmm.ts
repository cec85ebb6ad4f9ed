import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CoordinatorError } from '@coordinator/base/errors';
import { findInPath } from '@coordinator/base/programs';
import { parseQemuVersion } from '@coordinator/image';
import { findLkvm, type VmmCommand, type VmmKind, vmms } from '@coordinator/machine/vmm';
import { type HostVmm, LkvmOnHost, QemuOnHost } from '@coordinator/runner/platform';
import { QEMU_PROGRAM, type VmmName } from '@coordinator/shared/vmm';
import type { Template } from '@coordinator/template';
import type { TestOptions } from './options.ts';

/** QEMU is a large program to load, and an emulated machine that is busy a slow one. */
const VERSION_MS = 60_000;

export interface HostQemu {
  readonly command: VmmCommand;
  readonly version: string;
}

/** A VMM of an Arm host that was found and answers. */
export interface FoundVmm {
  readonly kind: VmmKind;
  /** By what saved guests are made and restored; null where guests boot. */
  readonly qemu: HostQemu | null;
  /** @param kit the folder of the guest kit: its programs run on any arm64 machine, which such a host is */
  open(kit: string, templates: readonly Template[]): HostVmm;
}

const finders: Readonly<Record<VmmName, (options: TestOptions) => Promise<FoundVmm>>> = {
  qemu: async (options) => {
    const qemu = await findHostQemu(options);
    return { kind: vmms.qemu, qemu, open: (_kit, templates) => new QemuOnHost(qemu, templates) };
  },
  lkvm: async (options) => {
    const lkvm = await findLkvm(options.lkvm);
    return {
      ...{ kind: vmms.lkvm, qemu: null },
      open: (kit) => {
        const terminal = join(kit, 'on-terminal');
        return new LkvmOnHost(lkvm, existsSync(terminal) ? terminal : null);
      },
    };
  },
};

/** What runs guests on an Arm host. @throws CoordinatorError when it is not there, or does not run. */
export const findHostVmm = (options: TestOptions): Promise<FoundVmm> => finders[options.vmm](options);

/** @throws CoordinatorError when it is not there, or does not run. */
export async function findHostQemu({ qemu }: { readonly qemu?: string | undefined }): Promise<HostQemu> {
  const program = qemu ?? findInPath(QEMU_PROGRAM);
  if (!program) {
    throw new CoordinatorError(`${QEMU_PROGRAM} was not found`, {
      remedy: 'install QEMU, give its path with --qemu, or use kvmtool: --vmm lkvm',
    });
  }
  const { execa } = await import('execa');
  const { stdout, failed } = await execa(program, ['-version'], { reject: false, timeout: VERSION_MS });
  const version = parseQemuVersion(stdout ?? '');
  if (failed || version === null)
    throw new CoordinatorError(`${program} is no QEMU that runs here`, {
      remedy: 'give another with --qemu',
    });
  return { command: [program], version };
}
