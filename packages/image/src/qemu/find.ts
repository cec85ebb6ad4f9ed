import { findInPath } from '@coordinator/base/programs';
import { QEMU_PROGRAM } from '@coordinator/shared/vmm';
import type { Cache } from '../cache/cache.ts';
import { SetUpError } from '../errors.ts';
import { OLDEST_QEMU, probeQemu, unsuitability } from './probe.ts';

/** How to run a QEMU and where it comes from. */
export interface Qemu {
  /** The program and its first arguments. */
  readonly command: readonly string[];
  readonly version: string;
  readonly origin: 'path' | 'cache' | 'option';
}

/**
 * A QEMU the user brings: the one asked for, else a suitable one on $PATH, else null.
 *
 * @throws SetUpError 'qemu-unusable' when the one asked for cannot be used.
 */
export async function findQemu(
  asked: string | undefined,
  cache: Cache,
  signal: AbortSignal | undefined,
): Promise<Qemu | null> {
  const path = asked ?? findInPath(QEMU_PROGRAM);
  if (!path) return null;
  const origin = asked ? 'option' : 'path';
  try {
    const probe = await probeQemu(path, cache, signal);
    const why = unsuitability(probe);
    if (!why && probe.version) return { command: [path], version: probe.version, origin };
    if (!asked) return null;
    throw unusable(`The QEMU ${path} ${why}.`);
  } catch (error) {
    if (error instanceof SetUpError && error.code === 'qemu-unusable') throw error;
    signal?.throwIfAborted();
    if (!asked) return null;
    throw unusable(`The QEMU ${path} cannot be run.`, error);
  }
}

function unusable(message: string, cause?: unknown): SetUpError {
  return new SetUpError('qemu-unusable', message, {
    remedy: `Give the path of a ${QEMU_PROGRAM} ${OLDEST_QEMU.join('.')} or newer with --qemu, or leave --qemu out to have one fetched.`,
    cause,
  });
}
