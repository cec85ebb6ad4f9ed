import { stat } from 'node:fs/promises';
import { type Hashable, hashValue } from '@coordinator/image';
import type { TemplateMachine } from './template.ts';

/** Raise it when what is in a template changes by what is written here. */
const FORMAT = 6;

/**
 * What a template depends on, as a hash. Files are told by where they are, what size and how old: most lie in the cache,
 * in folders that are named by their content and never change.
 */
export async function templateKey(machine: TemplateMachine): Promise<string> {
  const { qemu, kernel, initrd, kernelArguments, kit, cpus, memoryMiB, iommu, options = {} } = machine;
  const { accelerator, sharedMemory } = machine;
  const files = await identifyFiles([kernel, initrd, kit, ...qemu.command]);
  const { cpu = null, machine: board = null } = options;
  const size = {
    accelerator,
    sharedMemory,
    cpus,
    memoryMiB,
    iommu,
    cpu,
    board,
    ...(machine.files && { hasFiles: true }),
  };
  return hashValue({ format: FORMAT, files, kernelArguments, ...size, qemu: qemu.version });
}

/** What tells files from others that may once be in their places; words that are no absolute paths are left out. */
export function identifyFiles(words: readonly string[]): Promise<Hashable[]> {
  return Promise.all(words.filter((word) => word.startsWith('/')).map(identify));
}

async function identify(path: string): Promise<Hashable> {
  const { size, mtimeMs, ino } = await stat(path);
  return [path, size, mtimeMs, ino];
}
