import { readFileSync } from 'node:fs';
import { availableParallelism, freemem, release, totalmem } from 'node:os';
import { findInPath } from '@coordinator/base/programs';
import { namedLkvm } from '@coordinator/machine/vmm';
import { BindingJournal, PciSysfs } from '@coordinator/pci';
import { exercisers, findExercisers } from '@coordinator/runner/exerciser';
import { exerciserNames } from '@coordinator/shared/plan';
import type { HostFacts } from '../fleet/index.ts';

/** What this machine has for guests of a fleet, now. */
export function hostFacts(platform: HostFacts['platform'], labels: readonly string[]): HostFacts {
  const hasLkvm = namedLkvm(undefined) !== undefined || findInPath('lkvm') !== undefined;
  return {
    platform,
    architecture: process.arch,
    kernel: release().slice(0, 128),
    vmms: [
      ...(platform === 'virtual' || hasQemu() ? (['qemu'] as const) : []),
      ...(hasLkvm ? (['lkvm'] as const) : []),
    ],
    cores: availableParallelism(),
    memory_mib: Math.floor(totalmem() / 2 ** 20),
    memory_free_mib: Math.floor(availableMemory() / 2 ** 20),
    functions: platform === 'host' ? freeFunctions() : {},
    labels: [...labels],
  };
}

const hasQemu = () => Boolean(findInPath('qemu-system-aarch64'));

function freeFunctions(): Record<string, number> {
  const [pci, journal] = [new PciSysfs(), new BindingJournal()];
  const all = pci.functions();
  const counts = exerciserNames.map((name): [string, number] => {
    const free = findExercisers(exercisers[name], pci, journal, all).filter(
      ({ obstacle, taken_by }) => !obstacle && !taken_by,
    );
    return [name, free.length];
  });
  return Object.fromEntries(counts);
}

/** What programs could get: free(1) calls it available. */
function availableMemory(): number {
  try {
    const kib = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
    return kib === undefined ? freemem() : Number(kib) * 1024;
  } catch {
    return freemem();
  }
}
