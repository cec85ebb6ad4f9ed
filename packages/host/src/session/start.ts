import { usageError } from '@coordinator/base/errors';
import { isNamedKernel } from '@coordinator/image';
import { vmms } from '@coordinator/machine/vmm';
import type { GuestStart } from '@coordinator/shared/report';
import { isInLab } from '../in-lab.ts';
import type { PlatformKind } from './choose-platform.ts';
import type { TestOptions } from './options.ts';
import { isDebugged } from './vmm-options.ts';

const VMM_ARGUMENTS = 'what --vmm-arg gives a guest may be more than a saved guest holds';

/** Why guests boot that would be restored otherwise, where nobody asked for it; null when that is plain. */
export function noticeOfStart(kind: PlatformKind, { start, vmmArg = [] }: TestOptions): string | null {
  return kind === 'virtual' && start === undefined && vmmArg.length > 0
    ? `guests boot, as ${VMM_ARGUMENTS}`
    : null;
}

/**
 * How guests start: from a snapshot, unless somebody wants them to boot or there is a reason why they must.
 * @throws CoordinatorError (usage) when a snapshot was asked for all the same.
 */
export function chooseStart(kind: PlatformKind, options: TestOptions): GuestStart {
  const reason = whyCold(options);
  if (options.start === 'snapshot' && reason !== null) throw usageError(reason, 'leave out --start snapshot');
  // A kernel of one's own is another one the next time.
  const isKept = (options.kernel ?? []).every(isNamedKernel);
  // With KVM a guest boots as quickly as it is restored by comparison with what it does then.
  const isSlow = kind !== 'host' || isInLab();
  return options.start ?? (reason === null && isKept && isSlow ? 'snapshot' : 'cold');
}

function whyCold(options: TestOptions): string | null {
  const { initrd, consoleLogin, vmm, vmmArg = [] } = options;
  if (vmms[vmm].lacks.restore !== undefined) return vmms[vmm].lacks.restore;
  if (consoleLogin) return 'guests that are logged in to boot first';
  if (initrd !== undefined) return 'a snapshot is made of a guest with the built RAM disk';
  if (vmmArg.length > 0) return VMM_ARGUMENTS;
  if (isDebugged(options)) return 'guests with a gdbstub boot';
  return null;
}
