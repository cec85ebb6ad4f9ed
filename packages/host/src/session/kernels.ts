import { statSync } from 'node:fs';
import { usageError } from '@coordinator/base/errors';
import { type GuestKernel, isNamedKernel, requireOptions } from '@coordinator/image';
import type { RunKernel } from '@coordinator/runner/run';
import type { Plan } from '@coordinator/shared/plan';
import { packFiles, packFolder } from '../files.ts';
import type { TestOptions } from './options.ts';
import { translateSetUpError } from './prepare-files.ts';

/** Whether `--kernel` names the file of an image; all else is for whoever makes the guests' files to read. */
export function isImageFile(asked: string): boolean {
  return !isNamedKernel(asked) && statSync(asked, { throwIfNoEntry: false })?.isDirectory() !== true;
}

/**
 * Refuses a kernel in which the plan cannot be done, before anything boots.
 * @throws CoordinatorError naming the options that it lacks
 */
export function checkKernels(
  kernels: readonly GuestKernel[],
  { channel }: Pick<TestOptions, 'channel'>,
  { exerciser, iommu }: Pick<Plan, 'exerciser' | 'iommu'>,
): void {
  const uses = [...(iommu ? ['iommu'] : []), ...(channel === 'vsock' ? ['vsock'] : []), exerciser];
  try {
    for (const { name, lacks } of kernels) requireOptions(`The kernel ${name}`, lacks, uses);
  } catch (error) {
    throw translateSetUpError(error);
  }
}

/** The kernels of a run, if there is more than one; without them all guests are of the same. */
export function runKernels(kernels: readonly GuestKernel[]): readonly RunKernel[] {
  if (kernels.length < 2) return [];
  return kernels.map(({ name, kernelRelease, kernel, initrd, kit }) => ({
    ...{ name, release: kernelRelease, kernel, initrd, kit },
  }));
}

/** What guests boot according to the pack and the options, null when this is no pack, which can make nothing. */
export function packKernels(
  { kernel: asked = [], initrd }: TestOptions,
  { device }: Pick<Plan, 'device'>,
): readonly [GuestKernel, ...GuestKernel[]] | null {
  if (packFolder === null) return null;
  if (device && device.modules.length > 0 && initrd === undefined)
    throw usageError(
      `the plan names modules, ${device.modules.join(', ')}, and a pack has no RAM disk with them`,
      'bring one with --initrd: coordinator makes such for the lab by itself, and elsewhere with coordinator test',
    );
  const other = asked.find((one) => !isImageFile(one));
  if (other !== undefined)
    throw usageError(
      `--kernel ${other}: a pack has nothing to make it with`,
      'make a pack of it where coordinator is set up: coordinator pack --kernel; or give the file of an Image',
    );
  const packed = { ...packFiles(packFolder), kernelRelease: null, lacks: new Map() };
  const common = { ...packed, initrd: initrd ?? packed.initrd };
  const [first, ...others] = asked.map((kernel) => ({ ...common, name: kernel, kernel }));
  return [first ?? { ...common, name: 'pack' }, ...others];
}
