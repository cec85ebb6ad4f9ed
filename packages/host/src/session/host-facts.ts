import { readFileSync } from 'node:fs';
import { availableParallelism, freemem, release, totalmem } from 'node:os';
import { vmms } from '@coordinator/machine/vmm';
import { BindingJournal, PciSysfs } from '@coordinator/pci';
import { exercisers, findExercisers } from '@coordinator/runner/exerciser';
import { exerciserNames } from '@coordinator/shared/plan';
import { vmmNames } from '@coordinator/shared/vmm';
import type { HostFacts } from '../fleet/index.ts';

/** What this machine has for guests of a fleet, now. */
export function hostFacts(platform: HostFacts['platform'], labels: readonly string[]): HostFacts {
  return {
    platform,
    architecture: process.arch,
    kernel: release().slice(0, 128),
    // The platform "virtual" brings a QEMU.
    vmms: vmmNames.filter((name) => (name === 'qemu' && platform === 'virtual') || vmms[name].isInstalled()),
    cores: availableParallelism(),
    memory_mib: Math.floor(totalmem() / 2 ** 20),
    memory_free_mib: Math.floor(availableMemory() / 2 ** 20),
    functions: platform === 'host' ? freeFunctions() : {},
    labels: [...labels],
  };
}

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
