import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, usageError } from '@coordinator/base/errors';
import { writeFileAtomic } from '@coordinator/base/files';
import { manPage } from './man.ts';
import type { Page } from './page.ts';

/** @throws CoordinatorError (usage) when they cannot be written */
export async function writePages(pages: readonly Page[], version: string, folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    for (const page of pages)
      await writeFileAtomic(join(folder, `${page.path.join('-')}.1`), manPage(page, version), 0o644);
  } catch (error) {
    throw usageError(`--out ${folder} cannot be written to: ${messageOf(error)}`, 'name another folder');
  }
}
