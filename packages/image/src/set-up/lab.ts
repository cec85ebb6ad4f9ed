import { join } from 'node:path';
import { armNode } from '../artifacts/arm-node.ts';
import { LAB } from '../artifacts/index.ts';
import { LAB_DISK, labDisk } from '../artifacts/lab-disk.ts';
import { labInitrd } from '../artifacts/lab-initrd.ts';
import { labRoot } from '../artifacts/lab-root.ts';
import { layOutPack, pack } from '../artifacts/pack.ts';
import type { LabSources } from '../artifacts/sources.ts';
import { archivePack } from '../build/archive.ts';
import type { Artifact } from '../graph/artifact.ts';
import { ensure } from '../graph/ensure.ts';
import type { Plan } from '../graph/plan.ts';
import { guestRequest, platformFiles } from './guests.ts';
import type { LabSetUpOptions, PlatformFiles } from './options.ts';

/** All the lab's Arm host is started from; absolute paths. */
export interface LabFiles {
  /** What its guests are started from (they find copies in the pack), and the QEMU and the kernel of the host itself. */
  readonly platform: PlatformFiles;
  readonly initrd: string;
  /** squashfs images: the host's root, and the pack that is mounted at /pack. */
  readonly rootImage: string;
  readonly packImage: string;
  /** What is /dev/vda there: its second partition has what people start guests from. */
  readonly disk: string;
}

/**
 * Makes sure that all the lab needs is in the cache, and says where. Does nothing, in a few milliseconds, when it is
 * there already.
 *
 * @throws SetUpError; the signal's reason when aborted.
 */
export async function setUpLab(options: LabSetUpOptions): Promise<LabFiles> {
  // A kernel of the user's own would lack the modules; for the lab's guests it can be brought along at any time.
  const { kernels: _, initrd: __, modules: ___, ...own } = options;
  const { platform, plan } = await ensureWithGuests(own, LAB);
  return {
    platform,
    initrd: join(plan.folderOf(labInitrd), 'initrd'),
    rootImage: join(plan.folderOf(labRoot), 'root.squashfs'),
    packImage: join(plan.folderOf(pack), 'pack.squashfs'),
    disk: join(plan.folderOf(labDisk), LAB_DISK),
  };
}

/**
 * Writes a pack, as the lab mounts it, to `file`: a gzipped tar archive that is unpacked and run on an arm64 machine.
 *
 * @throws SetUpError; the signal's reason when aborted.
 */
export async function writePack(options: LabSetUpOptions, file: string): Promise<void> {
  const { platform, plan } = await ensureWithGuests(options, [armNode]);
  const { bundle, signal } = options;
  const { cache } = plan.request;
  await cache.exclusively({ signal }, async () => {
    const tree = await cache.temporary('pack-tree');
    await layOutPack(tree, { ...platform, armNode: plan.folderOf(armNode), bundle });
    await archivePack(tree, file, signal);
  });
}

async function ensureWithGuests(
  options: LabSetUpOptions,
  more: readonly Artifact<LabSources>[],
): Promise<{ readonly platform: PlatformFiles; readonly plan: Plan<LabSetUpOptions> }> {
  const guest = await guestRequest(options);
  const { request } = guest;
  const plan = await ensure({ ...request, targets: [...request.targets, ...more] });
  return { platform: await platformFiles(options, guest, plan), plan };
}
