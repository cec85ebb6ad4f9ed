import { stat } from 'node:fs/promises';
import { type Hashable, hashValue } from '@coordinator/image';
import type { TemplateMachine } from './template.ts';

/** Raise it when what is in a template changes by what is written here. */
const FORMAT = 4;

/**
 * What a template depends on, as a hash. Files are told by where they are, what size and how old: most lie in the cache,
 * in folders that are named by their content and never change.
 */
export async function templateKey(machine: TemplateMachine): Promise<string> {
  const { qemu, kernel, initrd, kernelArguments, kit, cpus, memoryMiB, iommu, options = {} } = machine;
  const { accelerator } = machine;
  const files = await Promise.all([kernel, initrd, kit, ...qemu.command.filter(isFile)].map(identify));
  const { cpu = null, machine: board = null } = options;
  const size = { accelerator, cpus, memoryMiB, iommu, cpu, board, ...(machine.files && { hasFiles: true }) };
  return hashValue({ format: FORMAT, files, kernelArguments, ...size, qemu: qemu.version });
}

const isFile = (word: string): boolean => word.startsWith('/');

async function identify(path: string): Promise<Hashable> {
  const { size, mtimeMs, ino } = await stat(path);
  return [path, size, mtimeMs, ino];
}
