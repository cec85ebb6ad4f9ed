import { join } from 'node:path';
import { findInPath } from '@coordinator/base/programs';
import { hostArchitecture } from '../apt/host.ts';
import { VSOCK } from '../artifacts/index.ts';
import { VSOCK_BINARY, VSOCK_PROGRAM, vsock } from '../artifacts/vsock.ts';
import { SetUpError } from '../errors.ts';
import { ensure } from '../graph/ensure.ts';
import type { OnPackages } from '../graph/pin-changes.ts';
import type { OnProgress } from '../graph/progress.ts';
import { run } from '../process/run.ts';
import type { Qemu } from '../qemu/find.ts';
import { openCache } from './guests.ts';

export interface VsockSetUpOptions {
  readonly cacheDir?: string | undefined;
  /** The QEMU in use; the C library of a fetched one serves where the machine's own is too old. */
  readonly qemu: Qemu;
  readonly onProgress?: OnProgress | undefined;
  readonly onPackages?: OnPackages | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes sure that there is a vhost-device-vsock: one on $PATH, or Debian's, fetched once.
 *
 * @returns how to run it
 * @throws SetUpError; the signal's reason when aborted.
 */
export async function setUpVsock(options: VsockSetUpOptions): Promise<readonly string[]> {
  const onPath = findInPath(VSOCK_PROGRAM);
  if (onPath) return [onPath];
  const { onProgress, onPackages, signal } = options;
  const request = { cache: openCache(options), host: hostArchitecture(), onProgress, onPackages, signal };
  const plan = await ensure({ ...request, targets: VSOCK, project: null });
  return commandFor(join(plan.folderOf(vsock), VSOCK_BINARY), options);
}

/** It needs glibc 2.34. Where there is an older one, it runs on that of the QEMU which was fetched. */
async function commandFor(binary: string, { qemu, signal }: VsockSetUpOptions): Promise<readonly string[]> {
  const ways = [[binary], ...(qemu.origin === 'cache' ? [[...qemu.command.slice(0, 3), binary]] : [])];
  let failure: unknown;
  for (const way of ways) {
    const [program = binary, ...args] = way;
    try {
      await run(program, [...args, '--version'], {
        purpose: '',
        code: 'host-unsupported',
        remedy: '',
        signal,
      });
      return way;
    } catch (error) {
      signal?.throwIfAborted();
      failure = error;
    }
  }
  throw new SetUpError('host-unsupported', `The vsock server ${binary} does not run on this machine.`, {
    remedy: 'Install vhost-device-vsock so that it is on $PATH, or use --channel file.',
    cause: failure,
  });
}
