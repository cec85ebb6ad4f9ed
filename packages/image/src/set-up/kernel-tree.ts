import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { hostArchitecture } from '../apt/host.ts';
import { kernelTools } from '../artifacts/kernel-tools.ts';
import { linuxSource, SOURCE_ARCHIVE } from '../artifacts/linux-source.ts';
import { spaceToBuild } from '../artifacts/source-kernel.ts';
import { buildKernel } from '../build/kernel-build.ts';
import { SetUpError } from '../errors.ts';
import { ensure } from '../graph/ensure.ts';
import type { MakeOptions } from '../graph/plan.ts';
import { requireRoom } from '../graph/space.ts';
import { SOURCE_PREFIX } from '../kernel/names.ts';
import { readSourceKernel } from '../kernel/source.ts';
import { run } from '../process/run.ts';
import { openCache } from './guests.ts';
import { fragmentsIn } from './kernels.ts';

export interface KernelTreeOptions extends MakeOptions {
  readonly cacheDir?: string | undefined;
  /** See {@link Sources}. */
  readonly nativeDir: string;
  /** `source:VERSION`, with fragments. */
  readonly kernel: string;
  /** Where the tree goes: a folder that is not there yet, or is empty. */
  readonly output: string;
}

/**
 * Builds a kernel from source, and leaves the whole tree: to look at, to change and build again, and for `--kernel DIR`.
 * @returns what `uname -r` says on it.
 * @throws SetUpError; the signal's reason when aborted, with nothing left in the folder.
 */
export async function writeKernelTree(options: KernelTreeOptions): Promise<string> {
  const { kernel, nativeDir, signal, onProgress } = options;
  if (!kernel.startsWith(SOURCE_PREFIX))
    throw new SetUpError('kernel-unknown', `${kernel} is nothing to build a kernel from.`, {
      remedy: `Give ${SOURCE_PREFIX}VERSION, such as ${SOURCE_PREFIX}7.3+small.`,
    });
  const wanted = await readSourceKernel(kernel, fragmentsIn(nativeDir));
  const output = resolve(options.output);
  await mustBeEmpty(output);
  const cache = openCache(options);
  await requireRoom(cache.directory, spaceToBuild(wanted));
  await requireRoom(dirname(output), spaceToBuild(wanted));
  const source = linuxSource(wanted);
  const request = { ...options, targets: [kernelTools, source], project: null, cache };
  const plan = await ensure({ ...request, host: hostArchitecture() });
  return cache.exclusively({ signal }, async () => {
    const tree = await buildKernel({
      wanted,
      tools: plan.folderOf(kernelTools),
      source: join(plan.folderOf(source), SOURCE_ARCHIVE),
      place: await cache.temporary('kernel-tree'),
      signal,
      onDetail: (detail) =>
        onProgress?.({ step: 1, steps: 1, label: 'Building the kernel', fraction: null, detail }),
    });
    await moveTree(tree.folder, output, signal);
    return tree.release;
  });
}

/** To another disk too, where it is a copy. */
async function moveTree(from: string, to: string, signal: AbortSignal | undefined): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  const failing = { code: 'build-failed', remedy: 'Give another folder with --output.', signal } as const;
  try {
    await run('mv', ['-T', from, to], {
      purpose: `move the tree to ${to}`,
      ...failing,
      writesTo: dirname(to),
    });
  } catch (error) {
    await rm(to, { recursive: true, force: true });
    throw error;
  }
}

async function mustBeEmpty(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new SetUpError('file-missing', `${folder} is no folder for a kernel tree (${error.code ?? ''}).`, {
      remedy: 'Give another one with --output.',
      cause: error,
    });
  });
  if (names.length === 0) return;
  throw new SetUpError('file-missing', `The folder ${folder} is not empty.`, {
    remedy: 'Give one that is not there yet with --output.',
  });
}
