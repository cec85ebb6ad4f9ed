import type { Artifact } from '../graph/artifact.ts';
import { initrd } from './initrd.ts';
import { kernel } from './kernel.ts';
import { kit } from './kit.ts';
import { makeLabDisk } from './lab-disk.ts';
import { makeLabInitrd } from './lab-initrd.ts';
import type { LabParts } from './lab-parts.ts';
import { makeLabRoot } from './lab-root.ts';
import { native } from './native.ts';
import { makePack } from './pack.ts';
import type { LabSources } from './sources.ts';
import { valkey } from './valkey.ts';
import { vsock } from './vsock.ts';

/*
 * What set-ups are for, each an artifact; those these are made from, their files name. To add one: a file beside this
 * one, and a line here or among the inputs of another. What guests are started from is in set-up/kernels.ts.
 */

/** What a guest of the usual kernel is started from. */
export const USUAL_PARTS: LabParts = { kernel, initrd, kit, driver: native };

/** What the lab's Arm host is started from, besides. */
export function labFor(parts: LabParts) {
  return {
    root: makeLabRoot(parts.kernel),
    disk: makeLabDisk(parts),
    initrd: makeLabInitrd(parts.kernel),
    pack: makePack(parts),
  } as const satisfies Readonly<Record<string, Artifact<LabSources>>>;
}

/** What gives guests vsock. */
export const VSOCK: readonly Artifact[] = [vsock];

/** The server of a fleet's queue. */
export const QUEUE_SERVER: readonly Artifact[] = [valkey];
