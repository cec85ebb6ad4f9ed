import { join } from 'node:path';
import { armNode } from '../artifacts/arm-node.ts';
import { labFor } from '../artifacts/index.ts';
import { LAB_DISK } from '../artifacts/lab-disk.ts';
import { layOutPack } from '../artifacts/pack.ts';
import { archivePack } from '../build/archive.ts';
import { SetUpError } from '../errors.ts';
import { ensure } from '../graph/ensure.ts';
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
  // Kernels of its guests can be brought along at any time.
  const { kernels: _, initrd: __, modules: ___, labKernel, ...own } = options;
  const guest = await guestRequest(
    labKernel === undefined ? own : { ...own, kernels: [labKernel], lab: true },
  );
  const [{ parts }] = guest.kernels;
  if (parts === null)
    throw new SetUpError('kernel-unusable', `The lab needs more of a kernel than the Image ${labKernel}.`, {
      remedy: 'Give the tree that it was built in, with its modules, or an installed root.',
    });
  const lab = labFor(parts);
  const plan = await ensure({ ...guest.request, targets: [...guest.request.targets, ...Object.values(lab)] });
  return {
    platform: await platformFiles(own, guest, plan),
    initrd: join(plan.folderOf(lab.initrd), 'initrd'),
    rootImage: join(plan.folderOf(lab.root), 'root.squashfs'),
    packImage: join(plan.folderOf(lab.pack), 'pack.squashfs'),
    disk: join(plan.folderOf(lab.disk), LAB_DISK),
  };
}

/**
 * Writes a pack, as the lab mounts it, to `file`: a gzipped tar archive that is unpacked and run on an arm64 machine.
 *
 * @throws SetUpError; the signal's reason when aborted.
 */
export async function writePack(options: LabSetUpOptions, file: string): Promise<void> {
  const guest = await guestRequest(options);
  const plan = await ensure({ ...guest.request, targets: [...guest.request.targets, armNode] });
  const platform = await platformFiles(options, guest, plan);
  const { bundle, signal } = options;
  const { cache } = plan.request;
  await cache.exclusively({ signal }, async () => {
    const tree = await cache.temporary('pack-tree');
    await layOutPack(tree, { ...platform, armNode: plan.folderOf(armNode), bundle });
    await archivePack(tree, file, signal);
  });
}
