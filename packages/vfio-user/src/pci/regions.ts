import { Errno, RequestError } from '../errno.ts';
import { CONFIG_BYTES } from './config-layout.ts';
import type { FunctionModel } from './model.ts';

/** VFIO's region numbers of a PCI function that are no BARs. Source: `linux/vfio.h`. */
export const Region = { ROM: 6, CONFIG: 7, VGA: 8 } as const;
export const REGION_COUNT = 9;

/** Size of a region in bytes, 0 if the function does not have it. */
export function regionBytes(model: FunctionModel, region: number): number {
  return region === Region.CONFIG ? CONFIG_BYTES : (model.bars[region]?.bytes ?? 0);
}

/**
 * Checks one access to a region of `size` bytes: configuration space takes any range, BARs what a CPU can do at
 * once (1, 2, 4 or 8 bytes, naturally aligned). Returns the offset as a number.
 * @throws RequestError EINVAL
 */
export function checkAccess(region: number, size: number, offset: bigint, count: number): number {
  // Exact wherever the region may reach, and beyond all of them where it is not.
  const at = Number(offset);
  if (count === 0 || at + count > size)
    throw new RequestError(
      Errno.EINVAL,
      `${count} bytes at 0x${offset.toString(16)} of region ${region}, which has ${size}`,
    );
  if (
    region !== Region.CONFIG &&
    !((count === 1 || count === 2 || count === 4 || count === 8) && at % count === 0)
  )
    throw new RequestError(
      Errno.EINVAL,
      `${count} bytes at 0x${at.toString(16)} of BAR ${region} is misaligned`,
    );
  return at;
}
