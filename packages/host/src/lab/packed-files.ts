import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACK_LAYOUT } from '@coordinator/image';
import { z } from 'zod';
import { CoordinatorError, messageOf } from '../errors.ts';

const descriptionSchema = z.object({ version: z.literal(1), kernelRelease: z.string().nullable() });

/** What a pack brings for guests: there, nothing has to be set up. Absolute paths. */
export interface PackedFiles {
  readonly kernel: string;
  readonly kernelRelease: string | null;
  readonly initrd: string;
  readonly kit: string;
}

/**
 * The files of the pack that this coordinator was started from by its launcher; null when it was not.
 * @throws CoordinatorError when the pack is not whole.
 */
export function packedFiles(pack = process.env['COORDINATOR_PACK']): PackedFiles | null {
  if (!pack) return null;
  const at = (path: string) => join(pack, path);
  const remedy = 'unpack the archive again, with room for all of it';
  let kernelRelease: string | null;
  try {
    const text = readFileSync(at(PACK_LAYOUT.description), 'utf8');
    ({ kernelRelease } = descriptionSchema.parse(JSON.parse(text)));
  } catch (error) {
    throw new CoordinatorError(`${pack} is no pack: ${messageOf(error)}`, { remedy });
  }
  const { kernel, initrd, kit } = PACK_LAYOUT;
  const missing = [kernel, initrd, kit].find((path) => !existsSync(at(path)));
  if (missing) throw new CoordinatorError(`the pack lacks ${at(missing)}`, { remedy });
  return { kernel: at(kernel), kernelRelease, initrd: at(initrd), kit: at(kit) };
}
