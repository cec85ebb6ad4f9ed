import { join } from 'node:path';
import { messageOf } from '@coordinator/base/errors';
import { MAX_ARTIFACT_BYTES } from '@coordinator/life';
import type { GuestShare } from './guest-share.ts';

/** What becomes of each file, in order. */
export interface ArtifactListener {
  onKept(name: string): void;
  onProblem(text: string): void;
}

/** Keeps the files that an agent says it left in its share, in the guest's folder. Never rejects. */
export async function collectArtifacts(
  share: GuestShare,
  names: readonly string[],
  folder: string,
  listener: ArtifactListener,
): Promise<void> {
  for (const name of names) {
    try {
      await share.collect(name, join(folder, name), MAX_ARTIFACT_BYTES);
      listener.onKept(name);
    } catch (error) {
      listener.onProblem(`${name} could not be collected from the share: ${messageOf(error)}`);
    }
  }
}
