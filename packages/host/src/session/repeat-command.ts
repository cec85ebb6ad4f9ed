import { quoteWord } from '@coordinator/base/programs';
import type { Variation } from '../run/index.ts';
import { loginFlags } from './login.ts';
import { type TestOptions, testDefaults } from './options.ts';

/** The command line of one round: what changes a guest, and nothing about how many there were. */
export function repeatCommand(options: TestOptions, seed: number, vary: Variation): string {
  const { plan, exerciser, only = [], repeat = 1, channel, cpus, memory, platform, vmm } = options;
  const words = ['coordinator', 'test', '--seed', String(seed)];
  if (vary !== 'seeds') words.push('--vary', vary);
  if (plan !== undefined) words.push('--plan', quoteWord(plan));
  if (exerciser !== undefined) words.push('--exerciser', exerciser);
  words.push(...only.flatMap((pattern) => ['--only', quoteWord(pattern)]));
  if (repeat !== 1) words.push('--repeat', String(repeat));
  if (platform !== testDefaults.platform) words.push('--platform', platform);
  if (vmm !== testDefaults.vmm) words.push('--vmm', vmm);
  if (channel !== testDefaults.channel) words.push('--channel', channel);
  if (cpus !== testDefaults.cpus) words.push('--cpus', String(cpus));
  if (memory !== testDefaults.memory) words.push('--memory', String(memory));
  for (const name of ['kernel', 'initrd', 'share', 'qemu'] as const) {
    const value = options[name];
    if (value !== undefined) words.push(`--${name}`, quoteWord(value));
  }
  words.push(...loginFlags(options).map(quoteWord));
  return words.join(' ');
}
