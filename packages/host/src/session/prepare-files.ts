import { CoordinatorError, messageOf, usageError } from '@coordinator/base/errors';
import {
  formatPackageChanges,
  type LabFiles,
  type OnPackages,
  type OnProgress,
  type PlatformFiles,
  type Qemu,
  SetUpError,
  type SourceChange,
  setUp,
  setUpLab,
  setUpValkey,
  setUpVsock,
  writeKernelTree,
  writePack,
} from '@coordinator/image';
import type { GuestStart } from '@coordinator/shared/report';
import { ensureTemplate, findTemplate, type Template, type TemplateMachine } from '@coordinator/template';
import { files } from '../files.ts';
import { isInLab } from '../in-lab.ts';
import type { SetUpCaller } from './caller.ts';

/** The options that say which files guests are made of. */
export interface FileOptions {
  readonly qemu?: string;
  /** See `TestOptions`. */
  readonly kernel?: readonly string[];
  readonly initrd?: string;
  readonly cache?: string;
  /** Modules of the guests' kernel that the plan names. */
  readonly modules?: readonly string[] | undefined;
}

export interface PrepareOptions extends FileOptions {
  /** Resolve packages anew. */
  readonly refresh?: boolean;
  /** Drivers to build from changed sources, for the self-test. */
  readonly changedDrivers?: readonly SourceChange[] | undefined;
}

/** What `setUp` and `checkSetUp` are asked for. */
export function setUpRequest({ qemu, kernel, initrd, cache, modules }: FileOptions) {
  return {
    agentBundle: files.agentBundle,
    execDaemon: files.execDaemon,
    nativeDir: files.nativeSources,
    ...(qemu === undefined ? {} : { qemu }),
    ...(kernel === undefined ? {} : { kernels: kernel }),
    ...(initrd === undefined ? {} : { initrd }),
    ...(cache === undefined ? {} : { cacheDir: cache }),
    ...(modules === undefined ? {} : { modules }),
  };
}

/** The files guests boot from; made now if they are not there yet. @throws CoordinatorError */
export function prepareFiles(options: PrepareOptions, caller: SetUpCaller): Promise<PlatformFiles> {
  const { refresh = false, changedDrivers } = options;
  return make(caller, (shared) => setUp({ ...setUpRequest(options), refresh, changedDrivers, ...shared }));
}

/**
 * How to run the server that gives guests vsock on a machine without vhost-vsock; fetched now if it is not there yet.
 * @throws CoordinatorError
 */
export function prepareVsock(
  { cache }: FileOptions,
  qemu: Qemu,
  caller: SetUpCaller,
): Promise<readonly string[]> {
  return make(caller, (shared) => setUpVsock({ cacheDir: cache, qemu, ...shared }));
}

/** How to run the server of a fleet's queue; fetched now if it is not there yet. @throws CoordinatorError */
export function prepareValkey({ cache }: FileOptions, caller: SetUpCaller): Promise<readonly string[]> {
  return make(caller, (shared) => setUpValkey({ cacheDir: cache, ...shared }));
}

/**
 * The files of the lab; made now if they are not there yet.
 * @param labKernel what its own host boots; Debian's if it is not said
 * @throws CoordinatorError
 */
export function prepareLabFiles(
  options: FileOptions,
  caller: SetUpCaller,
  labKernel?: string,
): Promise<LabFiles> {
  const { bundle } = files;
  return make(caller, (shared) => setUpLab({ ...setUpRequest(options), bundle, labKernel, ...shared }));
}

/** Builds a kernel and leaves its tree. @returns its release @throws CoordinatorError */
export function prepareKernelTree(
  {
    kernel,
    output,
    cache,
  }: { readonly kernel: string; readonly output: string; readonly cache?: string | undefined },
  caller: SetUpCaller,
): Promise<string> {
  const { nativeSources: nativeDir } = files;
  return make(caller, (shared) => writeKernelTree({ kernel, output, nativeDir, cacheDir: cache, ...shared }));
}

/** Writes `coordinator pack`'s archive to `out`. @throws CoordinatorError */
export async function preparePack(options: FileOptions, out: string, caller: SetUpCaller): Promise<void> {
  if ((options.kernel ?? []).length > 1)
    throw usageError('a pack has one kernel for its guests', 'give --kernel once');
  await make(caller, (shared) =>
    writePack({ ...setUpRequest(options), bundle: files.bundle, ...shared }, out),
  );
}

/**
 * The guest that others are restored from; made now if it is not there yet. Where it cannot be made, guests can still boot.
 * @returns it, or why there is none
 * @throws CoordinatorError when it was asked for; anything when interrupted.
 */
export async function prepareTemplate(
  machine: TemplateMachine,
  { cache, start }: FileOptions & { readonly start?: GuestStart },
  caller: SetUpCaller,
): Promise<{ readonly template: Template | null; readonly notice: string | null }> {
  try {
    // One that was saved with its lab was verified with it. Where there is none, a run is over before one is made: the machine is
    // emulated.
    const isVerified = isInLab();
    if (isVerified && start === undefined)
      return { template: await findTemplate(machine, cache, { isVerified }), notice: null };
    const template = await make(caller, (shared) =>
      ensureTemplate(machine, cache, { ...shared, isVerified }),
    );
    return { template, notice: null };
  } catch (error) {
    if (start === 'snapshot' || caller.interrupt.aborted) throw error;
    return {
      template: null,
      notice: `guests boot, as there is none to restore them from: ${messageOf(error)}`,
    };
  }
}

/** What every set-up is told besides what it is to make. */
interface Shared {
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  readonly onPackages: OnPackages;
}

export async function make<Made>(
  { interrupt, setUpListener }: SetUpCaller,
  work: (shared: Shared) => Promise<Made>,
): Promise<Made> {
  const listener = setUpListener();
  try {
    return await work({
      signal: interrupt,
      onProgress: (progress) => listener.show(progress),
      onPackages: (changes) => listener.note(formatPackageChanges(changes)),
    });
  } catch (error) {
    throw translateSetUpError(error);
  } finally {
    listener.end();
  }
}

/** A file or a kernel that the user named and that is not there is a usage error; all else means that nothing can be tested. */
export function translateSetUpError(error: unknown): unknown {
  if (!(error instanceof SetUpError)) return error;
  if (error.code === 'file-missing' || error.code === 'kernel-unknown')
    return usageError(error.message, error.remedy);
  const detail = error.stderr ? `\n${error.stderr.trimEnd()}` : '';
  return new CoordinatorError(`${error.message}${detail}`, { remedy: error.remedy, cause: error });
}
