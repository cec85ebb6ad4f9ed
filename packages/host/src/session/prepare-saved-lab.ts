import { messageOf } from '@coordinator/base/errors';
import type { LabFiles } from '@coordinator/image';
import { ensureSavedLab, type Iommu } from '@coordinator/lab';
import type { GuestStart } from '@coordinator/shared/report';
import type { SetUpCaller } from './caller.ts';
import { type FileOptions, make } from './prepare-files.ts';

/**
 * The lab that others are restored from; made now if it is not there yet. Where it cannot be made, a lab can still boot.
 * @returns its folder, or why there is none
 * @throws CoordinatorError when it was asked for; anything when interrupted.
 */
export async function prepareSavedLab(
  labFiles: LabFiles,
  iommu: Iommu,
  { cache, start }: Pick<FileOptions, 'cache'> & { readonly start?: GuestStart | undefined },
  caller: SetUpCaller,
): Promise<{ readonly saved: string | null; readonly notice: string | null }> {
  if (start === 'cold') return { saved: null, notice: null };
  try {
    return {
      saved: await make(caller, (shared) => ensureSavedLab(labFiles, iommu, cache, shared)),
      notice: null,
    };
  } catch (error) {
    if (start === 'snapshot' || caller.interrupt.aborted) throw error;
    return { saved: null, notice: `the lab boots, as there is none to restore it from: ${messageOf(error)}` };
  }
}
