import { usageError } from '@coordinator/base/errors';
import { type VmmAbility, vmms } from '@coordinator/machine/vmm';
import type { ChaosRates } from '@coordinator/runner/chaos';
import type { Plan } from '@coordinator/shared/plan';
import type { VmmName } from '@coordinator/shared/vmm';
import type { Place } from './choose-platform.ts';
import type { TestOptions } from './options.ts';
import { isDebugged } from './vmm-options.ts';

/** What a run asks of its VMM that not every one can do. */
interface Demand {
  readonly ability: VmmAbility;
  readonly isMade: (options: TestOptions, plan: Plan) => boolean;
  /** What asks for it, at the front of the complaint. */
  readonly by: string;
  readonly remedy?: string;
}

const demands: readonly Demand[] = [
  { ability: 'restore', isMade: ({ start }) => start === 'snapshot', by: '--start snapshot' },
  {
    ability: 'cpu-model',
    isMade: ({ cpu }) => cpu !== undefined,
    by: '--cpu',
    remedy: 'leave out --vmm, or give the VMM its own option with --vmm-arg',
  },
  {
    ability: 'board-options',
    isMade: ({ machine }) => machine !== undefined,
    by: '--machine',
    remedy: 'leave out --vmm, or give the VMM its own options with --vmm-arg',
  },
  { ability: 'gdbstub', isMade: isDebugged, by: '--gdb' },
  {
    ability: 'command-port',
    isMade: ({ hold }) => hold !== undefined,
    by: '--hold keeps guests for coordinator shell and exec',
  },
  {
    ability: 'nvme',
    isMade: (_options, { exerciser }) => exerciser === 'nvme',
    by: '--vmm',
    remedy: 'use QEMU: leave out --vmm',
  },
];

/** @throws CoordinatorError (usage) when the VMM cannot do what is asked of it */
export function checkAbilities(options: TestOptions, plan: Plan): void {
  const { lacks } = vmms[options.vmm];
  for (const { ability, isMade, by, remedy = 'leave out one of that and --vmm' } of demands)
    if (lacks[ability] !== undefined && isMade(options, plan))
      throw usageError(`${by}: ${lacks[ability]}`, remedy);
}

/** A fault that would be noted as injected and is none here is refused. @throws CoordinatorError (usage) */
export function checkChaos(chaos: ChaosRates | undefined, place: Place, vmm: VmmName): void {
  const lack = vmms[vmm].lacks['slow-share'];
  if (chaos?.has('slow-disk') && lack !== undefined)
    throw usageError(`--chaos: ${lack}`, 'name the faults that are wanted, without that');
  if (chaos?.has('kill-engine') && place !== 'virtual')
    throw usageError(
      `--chaos: kill-engine ends the device model of a guest, and functions of ${place === 'lab' ? 'the lab' : 'this machine'} have none`,
      'name the faults that are wanted, without that',
    );
}
