import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { cacheFolder } from '@coordinator/base/user';
import { hostArchitecture } from '../apt/host.ts';
import { brokenDrivers } from '../artifacts/broken-drivers.ts';
import { packagedQemuVersion, qemu, qemuTreeCommand } from '../artifacts/qemu.ts';
import type { Sources } from '../artifacts/sources.ts';
import { Cache } from '../cache/cache.ts';
import { SetUpError } from '../errors.ts';
import type { Artifact } from '../graph/artifact.ts';
import { type CheckItem, check, ready } from '../graph/check.ts';
import { ensure } from '../graph/ensure.ts';
import type { Plan, Request } from '../graph/plan.ts';
import { findQemu, type Qemu } from '../qemu/find.ts';
import { type KernelRequest, mustBeReadable, requestKernel } from './kernels.ts';
import type { PlatformFiles, SetUpOptions } from './options.ts';

/** What a set-up is to make, and what the user brought. */
export interface GuestRequest<Options> {
  readonly ownQemu: Qemu | null;
  readonly kernels: readonly [KernelRequest, ...KernelRequest[]];
  readonly request: Request<Options>;
}

/**
 * Makes sure that all a virtual guest needs is in the cache, and says where. Does nothing, in a few milliseconds, when
 * it is there already. What an interrupted set-up has downloaded or built is kept and used.
 *
 * @throws SetUpError; the signal's reason when aborted, with children ended and temporary folders removed.
 */
export async function setUp(options: SetUpOptions): Promise<PlatformFiles> {
  const guest = await guestRequest(options);
  return platformFiles(options, guest, await ensure(guest.request));
}

/** Says what set-up would have to do, hashes included; no network, and nothing is changed. */
export async function checkSetUp(options: SetUpOptions): Promise<CheckItem[]> {
  try {
    const { ownQemu, request } = await guestRequest(options);
    const made = await check(request);
    const brought: CheckItem[] = [];
    if (ownQemu) brought.push(ready('QEMU', `version ${ownQemu.version}: ${ownQemu.command.join(' ')}`));
    const isFile = (kernel: string) => statSync(kernel, { throwIfNoEntry: false })?.isFile() ?? false;
    for (const kernel of (options.kernels ?? []).filter(isFile)) brought.push(ready('guest kernel', kernel));
    if (options.initrd) brought.push(ready('guest initramfs', options.initrd));
    return [...brought, ...made];
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    return [{ name: 'set-up', state: 'missing', detail: error.message, remedy: error.remedy }];
  }
}

/** What guests need beside what the user brings. @throws SetUpError for kernels, files or a QEMU that cannot be used. */
export async function guestRequest<Options extends SetUpOptions>(
  options: Options,
): Promise<GuestRequest<Options>> {
  const cache = openCache(options);
  const host = hostArchitecture();
  const { initrd, kernels: [first, ...others] = [] } = options;
  if (initrd) mustBeReadable('initrd', initrd);
  const kernels = [
    await requestKernel(first, options),
    ...(await Promise.all(others.map((asked) => requestKernel(asked, options)))),
  ] as const;
  const ownQemu = await findQemu(options.qemu, cache, options.signal);
  const targets = new Set<Artifact<Sources>>([
    ...(ownQemu ? [] : [qemu]),
    ...kernels.flatMap(({ artifacts }) => artifacts),
    ...(options.changedDrivers ? [brokenDrivers] : []),
  ]);
  const request = { ...options, targets: [...targets], project: options, cache, host };
  return { ownQemu, kernels, request };
}

export function openCache({ cacheDir }: { readonly cacheDir?: string | undefined }): Cache {
  return new Cache(resolve(cacheDir ?? cacheFolder()));
}

/** Where everything is, once nothing has to be made any more. */
export async function platformFiles<Options extends SetUpOptions>(
  options: SetUpOptions,
  { ownQemu, kernels: [first, ...others] }: GuestRequest<Options>,
  plan: Plan<Options>,
): Promise<PlatformFiles> {
  const kernel = await first.locate(plan);
  return {
    ...kernel,
    kernels: [kernel, ...(await Promise.all(others.map((one) => one.locate(plan))))],
    qemu: ownQemu ?? {
      command: qemuTreeCommand(plan.folderOf(qemu), plan.request.host),
      version: packagedQemuVersion(plan.packagesOf(qemu)),
      origin: 'cache',
    },
    changedDrivers: options.changedDrivers ? plan.folderOf(brokenDrivers) : null,
  };
}
