import type { Artifact } from '../graph/artifact.ts';
import { labDisk } from './lab-disk.ts';
import { labInitrd } from './lab-initrd.ts';
import { labRoot } from './lab-root.ts';
import { pack } from './pack.ts';
import type { LabSources } from './sources.ts';
import { valkey } from './valkey.ts';
import { vsock } from './vsock.ts';

/*
 * What set-ups are for, each an artifact; those these are made from, their files name. To add one: a file beside this
 * one, and a line here or among the inputs of another. What guests are started from is in set-up/kernels.ts.
 */

/** What the lab's Arm host is started from, besides. */
export const LAB: readonly Artifact<LabSources>[] = [labRoot, labDisk, labInitrd, pack];

/** What gives guests vsock. */
export const VSOCK: readonly Artifact[] = [vsock];

/** The server of a fleet's queue. */
export const QUEUE_SERVER: readonly Artifact[] = [valkey];
