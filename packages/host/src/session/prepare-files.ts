import {
  type PlatformFiles,
  type Qemu,
  SetUpError,
  type SourceChange,
  setUp,
  setUpVsock,
} from '@coordinator/image';
import { CoordinatorError, usageError } from '@coordinator/machine/errors';
import { SetUpProgressLine } from '../cli/progress.ts';
import { files } from '../files.ts';

/** The options that say which files guests are made of. */
export interface FileOptions {
  readonly qemu?: string;
  readonly kernel?: string;
  readonly initrd?: string;
  readonly cache?: string;
}

export interface PrepareOptions extends FileOptions {
  readonly color: boolean;
  /** Resolve packages anew. */
  readonly refresh?: boolean;
  /** Drivers to build from changed sources, for the self-test. */
  readonly changedDrivers?: readonly SourceChange[] | undefined;
}

/** What `setUp` and `checkSetUp` are asked for. */
export function setUpRequest({ qemu, kernel, initrd, cache }: FileOptions) {
  return {
    agentBundle: files.agentBundle,
    nativeDir: files.nativeSources,
    ...(qemu === undefined ? {} : { qemu }),
    ...(kernel === undefined ? {} : { kernel }),
    ...(initrd === undefined ? {} : { initrd }),
    ...(cache === undefined ? {} : { cacheDir: cache }),
  };
}

/**
 * The files guests boot from; made now if they are not there yet, with progress on stderr.
 * @throws CoordinatorError
 */
export async function prepareFiles(options: PrepareOptions, signal: AbortSignal): Promise<PlatformFiles> {
  const progress = new SetUpProgressLine(process.stderr, options.color);
  try {
    return await setUp({
      ...setUpRequest(options),
      refresh: options.refresh ?? false,
      changedDrivers: options.changedDrivers,
      signal,
      onProgress: (event) => progress.show(event),
    });
  } catch (error) {
    throw translateSetUpError(error);
  } finally {
    progress.end();
  }
}

/**
 * How to run the server that gives guests vsock on a machine without vhost-vsock; fetched now if it is not there yet.
 * @throws CoordinatorError
 */
export async function prepareVsock(
  options: PrepareOptions,
  qemu: Qemu,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const progress = new SetUpProgressLine(process.stderr, options.color);
  try {
    return await setUpVsock({
      cacheDir: options.cache,
      qemu,
      signal,
      onProgress: (event) => progress.show(event),
    });
  } catch (error) {
    throw translateSetUpError(error);
  } finally {
    progress.end();
  }
}

/** A file the user named and that is not there is a usage error; all else means that nothing can be tested. */
export function translateSetUpError(error: unknown): unknown {
  if (!(error instanceof SetUpError)) return error;
  if (error.code === 'file-missing') return usageError(error.message, error.remedy);
  const detail = error.stderr ? `\n${error.stderr.trimEnd()}` : '';
  return new CoordinatorError(`${error.message}${detail}`, { remedy: error.remedy, cause: error });
}
