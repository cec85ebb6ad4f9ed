import { access, constants } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { hostArchitecture } from '../apt/host.ts';
import { releaseOf } from '../apt/package-set.ts';
import { drivers } from '../artifacts/drivers.ts';
import { GUEST } from '../artifacts/index.ts';
import { initrd } from '../artifacts/initrd.ts';
import { kernel } from '../artifacts/kernel.ts';
import { kit } from '../artifacts/kit.ts';
import { packagedQemuVersion, qemu, qemuTreeCommand } from '../artifacts/qemu.ts';
import type { Sources } from '../artifacts/sources.ts';
import { Cache, defaultCacheDirectory } from '../cache/cache.ts';
import { SetUpError } from '../errors.ts';
import type { Artifact } from '../graph/artifact.ts';
import { type CheckItem, check, ready } from '../graph/check.ts';
import { ensure } from '../graph/ensure.ts';
import type { Plan, Request } from '../graph/plan.ts';
import { findQemu, type Qemu } from '../qemu/find.ts';
import type { PlatformFiles, SetUpOptions } from './options.ts';

/**
 * Makes sure that all a virtual guest needs is in the cache, and says where. Does nothing, in a few milliseconds, when
 * it is there already. What an interrupted set-up has downloaded or built is kept and used.
 *
 * @throws SetUpError; the signal's reason when aborted, with children ended and temporary folders removed.
 */
export async function setUp(options: SetUpOptions): Promise<PlatformFiles> {
  const { ownQemu, request } = await guestRequest(options);
  return platformFiles(options, ownQemu, await ensure(request));
}

/** Says what set-up would have to do, hashes included; no network, and nothing is changed. */
export async function checkSetUp(options: SetUpOptions): Promise<CheckItem[]> {
  try {
    const { ownQemu, request } = await guestRequest(options);
    const made = await check(request);
    const brought: CheckItem[] = [];
    if (ownQemu) brought.push(ready('QEMU', `version ${ownQemu.version}: ${ownQemu.command.join(' ')}`));
    if (options.kernel) brought.push(ready('guest kernel', options.kernel));
    if (options.initrd) brought.push(ready('guest initramfs', options.initrd));
    return [...brought, ...made];
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    return [{ name: 'set-up', state: 'missing', detail: error.message, remedy: error.remedy }];
  }
}

/** What guests need beside what the user brings. @throws SetUpError for files or a QEMU that cannot be used. */
export async function guestRequest<Options extends SetUpOptions>(
  options: Options,
): Promise<{ readonly ownQemu: Qemu | null; readonly request: Request<Options> }> {
  const cache = openCache(options);
  const host = hostArchitecture();
  if (options.kernel) await mustBeReadable('kernel', options.kernel);
  if (options.initrd) await mustBeReadable('initrd', options.initrd);
  const ownQemu = await findQemu(options.qemu, cache, options.signal);
  const unneeded = new Set<Artifact<Sources>>();
  if (ownQemu) unneeded.add(qemu);
  if (options.kernel) unneeded.add(kernel);
  if (options.initrd) unneeded.add(initrd);
  if (!options.changedDrivers) unneeded.add(drivers);
  const targets = GUEST.filter((one) => !unneeded.has(one));
  return { ownQemu, request: { ...options, targets, project: options, cache, host } };
}

export function openCache({ cacheDir }: { readonly cacheDir?: string | undefined }): Cache {
  return new Cache(resolve(cacheDir ?? defaultCacheDirectory()));
}

async function mustBeReadable(name: string, path: string): Promise<void> {
  try {
    await access(path, constants.R_OK);
  } catch (cause) {
    throw new SetUpError('file-missing', `The ${name} ${path} cannot be read.`, {
      remedy: `Give another file with --${name}, or leave it out to use Debian's.`,
      cause,
    });
  }
}

/** Where everything is, once nothing has to be made any more. */
export function platformFiles<Options extends SetUpOptions>(
  options: SetUpOptions,
  ownQemu: Qemu | null,
  plan: Plan<Options>,
): PlatformFiles {
  return {
    qemu: ownQemu ?? {
      command: qemuTreeCommand(plan.folderOf(qemu), plan.request.host),
      version: packagedQemuVersion(plan.packagesOf(qemu)),
      origin: 'cache',
    },
    kernel: options.kernel ? resolve(options.kernel) : join(plan.folderOf(kernel), 'vmlinuz'),
    kernelRelease: options.kernel ? null : releaseOf(plan.packagesOf(kernel)),
    initrd: options.initrd ? resolve(options.initrd) : join(plan.folderOf(initrd), 'initrd'),
    kit: plan.folderOf(kit),
    changedDrivers: options.changedDrivers ? plan.folderOf(drivers) : null,
  };
}
