import { CoordinatorError } from '@coordinator/base/errors';
import { findInPath } from '@coordinator/base/programs';
import { parseQemuVersion } from '@coordinator/image';
import { findLkvm } from '@coordinator/machine/vmm';
import type { HostVmm } from '@coordinator/runner/platform';
import type { TestOptions } from './options.ts';

/** QEMU is a large program to load, and an emulated machine that is busy a slow one. */
const VERSION_MS = 60_000;

/** What runs guests on an Arm host. @throws CoordinatorError when it is not there, or does not run. */
export async function findHostVmm({ vmm, lkvm, qemu }: TestOptions): Promise<HostVmm> {
  if (vmm !== 'lkvm') return findHostQemu({ qemu });
  return { name: 'lkvm', lkvm: await findLkvm(lkvm), irqchip: 'gicv3-its', terminal: null };
}

/** @throws CoordinatorError when it is not there, or does not run. */
export async function findHostQemu({
  qemu,
}: {
  readonly qemu?: string | undefined;
}): Promise<HostVmm & { readonly name: 'qemu' }> {
  const program = qemu ?? findInPath('qemu-system-aarch64');
  if (!program) {
    throw new CoordinatorError('qemu-system-aarch64 was not found', {
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
  return { name: 'qemu', command: [program], version };
}
