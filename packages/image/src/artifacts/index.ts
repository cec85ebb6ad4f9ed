import type { Artifact } from '../graph/artifact.ts';
import { drivers } from './drivers.ts';
import { initrd } from './initrd.ts';
import { kernel } from './kernel.ts';
import { kit } from './kit.ts';
import { labDisk } from './lab-disk.ts';
import { labInitrd } from './lab-initrd.ts';
import { labRoot } from './lab-root.ts';
import { pack } from './pack.ts';
import { qemu } from './qemu.ts';
import type { LabSources, Sources } from './sources.ts';
import { vsock } from './vsock.ts';

/*
 * What set-ups are for, each an artifact; those these are made from, their files name. To add one: a file beside this
 * one, and a line here or among the inputs of another.
 */

/** What guests are started from. */
export const GUEST: readonly Artifact<Sources>[] = [qemu, kernel, initrd, kit, drivers];

/** What the lab's Arm host is started from, besides. */
export const LAB: readonly Artifact<LabSources>[] = [labRoot, labDisk, labInitrd, pack];

/** What gives guests vsock. */
export const VSOCK: readonly Artifact[] = [vsock];
