import type { GuestKernel } from '@coordinator/image';
import type { GuestStart } from '@coordinator/shared/report';
import type { Template, TemplateMachine } from '@coordinator/template';
import type { SetUpCaller } from './caller.ts';
import type { TestOptions } from './options.ts';
import { prepareTemplate } from './prepare-files.ts';
import { kernelArgumentsOf, vmmOptionsOf } from './vmm-options.ts';

/** How guests start, and what those that do not boot are restored from. */
export interface PreparedStart {
  readonly start: GuestStart;
  /** Why that is another way than was meant, in one sentence. */
  readonly notice: string | null;
  readonly templates: readonly Template[];
}

export const ALL_BOOT: PreparedStart = { start: 'cold', notice: null, templates: [] };

/** Makes what guests of these kernels are restored from, if they are to be. */
export async function prepareStart(
  start: GuestStart,
  machine: Pick<TemplateMachine, 'qemu' | 'accelerator' | 'sharedMemory' | 'iommu'> & {
    readonly kernels: readonly GuestKernel[];
  },
  options: TestOptions,
  caller: SetUpCaller,
): Promise<PreparedStart> {
  const { kernels, ...common } = machine;
  const { words: _, ...board } = vmmOptionsOf(options);
  const templates: Template[] = [];
  let notice: string | null = null;
  for (const { kernel, initrd, kit } of start === 'snapshot' ? kernels : []) {
    const one = {
      ...{ ...common, kernel, initrd, kit, options: board },
      kernelArguments: kernelArgumentsOf(options),
      files: options.files !== undefined,
      cpus: options.cpus,
      memoryMiB: options.memory,
    };
    const made = await prepareTemplate(one, options, caller);
    if (made.template) templates.push(made.template);
    notice ??= made.notice;
  }
  return { start: templates.length > 0 ? 'snapshot' : 'cold', notice, templates };
}
