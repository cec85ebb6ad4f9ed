import { describe, expect, it } from 'vitest';
import { templateKey } from './key.ts';
import type { TemplateMachine } from './template.ts';

const here = import.meta.filename;
const machine: TemplateMachine = {
  qemu: { command: ['qemu'], version: '11.1' },
  ...{ kernel: here, initrd: here, kit: here, kernelArguments: ['panic=-1'] },
  ...{ cpus: 2, memoryMiB: 256, iommu: false, accelerator: 'tcg', sharedMemory: true },
};

describe('templateKey', () => {
  it('is another one for a guest of another kit, kernel command line, CPU or board', async () => {
    const machines: TemplateMachine[] = [
      machine,
      { ...machine, kernelArguments: ['panic=-1', 'loglevel=7'] },
      { ...machine, options: { cpu: 'max' } },
      { ...machine, options: { machine: 'max' } },
      { ...machine, kit: import.meta.dirname },
      { ...machine, accelerator: 'kvm' },
      { ...machine, sharedMemory: false },
      { ...machine, files: true },
      { ...machine, files: true, kit: import.meta.dirname },
    ];
    const keys = await Promise.all(machines.map(templateKey));
    expect(new Set(keys).size).toBe(machines.length);
    expect(await templateKey({ ...machine, options: {} })).toBe(keys[0]);
  });
});
