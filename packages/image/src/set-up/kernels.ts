import { accessSync, constants, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { debianKernel } from '../artifacts/debian-kernel.ts';
import { USUAL_PARTS } from '../artifacts/index.ts';
import { initrd, makeInitrd } from '../artifacts/initrd.ts';
import { kernel, kernelPlanModules } from '../artifacts/kernel.ts';
import type { KernelArtifacts } from '../artifacts/kernel-artifacts.ts';
import { makeKernelKit } from '../artifacts/kernel-kit.ts';
import { kit } from '../artifacts/kit.ts';
import type { LabParts } from '../artifacts/lab-parts.ts';
import { ownKernel } from '../artifacts/own-kernel.ts';
import { sourceKernel } from '../artifacts/source-kernel.ts';
import type { Sources } from '../artifacts/sources.ts';
import { readLacks, readRelease } from '../artifacts/write-kernel.ts';
import { SetUpError } from '../errors.ts';
import type { Artifact } from '../graph/artifact.ts';
import type { Plan } from '../graph/plan.ts';
import { readDebianKernel } from '../kernel/debian.ts';
import { DEBIAN_PREFIX, SOURCE_PREFIX, USUAL_KERNEL } from '../kernel/names.ts';
import type { Lacks } from '../kernel/needs.ts';
import { findOwnKernel } from '../kernel/own.ts';
import { readSourceKernel } from '../kernel/source.ts';

/** A kernel with what guests need for it; absolute paths. */
export interface GuestKernel {
  /** As it was asked for. */
  readonly name: string;
  readonly kernel: string;
  /** What `uname -r` says in the guest; null for a file the user brought. */
  readonly kernelRelease: string | null;
  readonly initrd: string;
  /** Folder to share read-only with guests, with the mount tag `hostshare`. */
  readonly kit: string;
  /** Options that it has not, by what would need them; nothing is known of a file. */
  readonly lacks: Lacks;
}

/** A kernel as it was asked for: what has to be made for it, and where all of it is then. */
export interface KernelRequest {
  /** What it is made of; null for a file the user brought, which has no modules. */
  readonly parts: LabParts | null;
  readonly artifacts: readonly Artifact<Sources>[];
  locate<Project extends Sources>(plan: Plan<Project>): Promise<GuestKernel>;
}

export interface KernelRequestOptions {
  /** An initramfs to use whatever the kernel. */
  readonly initrd?: string | undefined;
  /** Whether the lab's own host boots it too. */
  readonly lab?: boolean | undefined;
  /** Of the kernel, by name, that a plan has guests load. */
  readonly modules?: readonly string[] | undefined;
  /** See {@link Sources}. */
  readonly nativeDir: string;
}

/** Folder of the configuration fragments that kernels are built with. */
export const fragmentsIn = (nativeDir: string): string => join(nativeDir, 'kernel');

/**
 * Reads what `--kernel` says: `debian:VERSION`, `source:VERSION`, a folder, or the file of an image. Without it: Debian's.
 * @throws SetUpError
 */
export async function requestKernel(
  asked: string | undefined,
  { initrd: ownInitrd, nativeDir, lab = false, modules = [] }: KernelRequestOptions,
): Promise<KernelRequest> {
  const isUsual = asked === undefined || asked === USUAL_KERNEL;
  if (isUsual && modules.length === 0) return made(USUAL_KERNEL, USUAL_PARTS, ownInitrd);
  if (isUsual) {
    const planInitrd = makeInitrd('plan-initrd', kernel, kernelPlanModules(modules));
    return made(USUAL_KERNEL, { ...USUAL_PARTS, initrd: planInitrd }, ownInitrd);
  }
  const another = (artifacts: KernelArtifacts) => other(asked, artifacts, ownInitrd, modules);
  if (asked.startsWith(DEBIAN_PREFIX))
    return another(debianKernel(readDebianKernel(asked.slice(DEBIAN_PREFIX.length)), { lab }));
  if (asked.startsWith(SOURCE_PREFIX))
    return another(sourceKernel(await readSourceKernel(asked, fragmentsIn(nativeDir)), { lab }));
  const isFolder = statSync(asked, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (isFolder) return another(ownKernel(await findOwnKernel(asked), { lab }));
  mustBeReadable('kernel', asked);
  if (modules.length > 0 && ownInitrd === undefined)
    throw new SetUpError(
      'kernel-unknown',
      `${asked} is the image of a kernel alone, and the plan names modules of it: ${modules.join(', ')}.`,
      { remedy: 'Give the folder it was built in, or one with its modules; or build them in.' },
    );
  return {
    parts: null,
    artifacts: [...(ownInitrd ? [] : [initrd]), kit],
    locate: async (plan) => ({
      name: asked,
      kernel: resolve(asked),
      kernelRelease: null,
      initrd: ownInitrd ? resolve(ownInitrd) : join(plan.folderOf(initrd), 'initrd'),
      kit: plan.folderOf(kit),
      lacks: new Map(),
    }),
  };
}

/** @throws SetUpError 'file-missing' */
export function mustBeReadable(name: string, path: string): void {
  try {
    accessSync(path, constants.R_OK);
  } catch (cause) {
    throw new SetUpError('file-missing', `The ${name} ${path} cannot be read.`, {
      remedy: `Give another file with --${name}, or leave it out to use Debian's.`,
      cause,
    });
  }
}

function other(
  name: string,
  artifacts: KernelArtifacts,
  ownInitrd: string | undefined,
  modules: readonly string[],
): KernelRequest {
  const { kernel, planModules } = artifacts;
  const more = modules.length === 0 ? null : planModules(modules);
  const initrd = makeInitrd('kernel-initrd', kernel, more);
  return made(name, { ...artifacts, initrd, kit: makeKernelKit(artifacts) }, ownInitrd);
}

function made(name: string, parts: LabParts, ownInitrd: string | undefined): KernelRequest {
  return {
    parts,
    artifacts: [parts.kernel, ...(ownInitrd ? [] : [parts.initrd]), parts.kit],
    locate: async (plan) => {
      const folder = plan.folderOf(parts.kernel);
      return {
        name,
        kernel: join(folder, 'vmlinuz'),
        kernelRelease: await readRelease(folder),
        initrd: ownInitrd ? resolve(ownInitrd) : join(plan.folderOf(parts.initrd), 'initrd'),
        kit: plan.folderOf(parts.kit),
        lacks: await readLacks(folder),
      };
    },
  };
}
