import { quoteWord } from '@coordinator/base/programs';
import { namedLkvm } from '@coordinator/machine/vmm';
import type { Variation } from '@coordinator/runner/variation';
import { loginFlags } from './login.ts';
import { type TestOptions, testDefaults } from './options.ts';
import { selectionFlags } from './select-tests.ts';
import { vmmFlags } from './vmm-options.ts';

/** The command line of one round: all that changes a guest or how it is judged, and nothing about how many there were. */
export function repeatCommand(options: TestOptions, seed: number, vary: Variation): string {
  const { plan, exerciser, channel, cpus, memory, platform, vmm } = options;
  const { iommu, start, device = [], destroyData, timeout, silence } = options;
  const words = ['coordinator', 'test', '--seed', String(seed)];
  if (vary !== 'seeds') words.push('--vary', vary);
  if (plan !== undefined) words.push('--plan', quoteWord(plan));
  if (exerciser !== undefined) words.push('--exerciser', exerciser);
  words.push(...selectionFlags(options).map(quoteWord));
  if (platform !== testDefaults.platform) words.push('--platform', platform);
  if (iommu !== undefined) words.push('--iommu', iommu);
  if (vmm !== testDefaults.vmm) words.push('--vmm', vmm);
  const lkvm = vmm === 'lkvm' ? namedLkvm(options.lkvm) : undefined;
  if (lkvm !== undefined) words.push('--lkvm', quoteWord(lkvm));
  words.push(...device.flatMap((bdf) => ['--device', quoteWord(bdf)]));
  if (destroyData) words.push('--destroy-data');
  if (start !== undefined) words.push('--start', start);
  if (channel !== testDefaults.channel) words.push('--channel', channel);
  if (cpus !== testDefaults.cpus) words.push('--cpus', String(cpus));
  if (memory !== testDefaults.memory) words.push('--memory', String(memory));
  words.push(...(options.kernel ?? []).flatMap((kernel) => ['--kernel', quoteWord(kernel)]));
  for (const name of ['initrd', 'share', 'files', 'qemu'] as const) {
    const value = options[name];
    if (value !== undefined) words.push(`--${name}`, quoteWord(value));
  }
  if (timeout !== testDefaults.timeout) words.push('--timeout', `${timeout}ms`);
  if (silence !== undefined) words.push('--silence', `${silence}ms`);
  words.push(...[...vmmFlags(options), ...loginFlags(options)].map(quoteWord));
  return words.join(' ');
}
