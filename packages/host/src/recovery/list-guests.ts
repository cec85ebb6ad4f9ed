import { readFileSync } from 'node:fs';
import { findMarkedProcesses, isAlive } from '@coordinator/machine/process';

/** A guest whose VMM is there, whoever started it. */
export interface ListedGuest {
  readonly name: string;
  readonly pid: number;
  readonly vmm: string;
  readonly device: string | null;
  /** `orphaned`: the coordinator that started it is gone. */
  readonly state: 'running' | 'orphaned';
  readonly run: string;
  readonly running_ms: number;
}

export function listGuests(): ListedGuest[] {
  const uptimeMs = Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0]) * 1000;
  return findMarkedProcesses()
    .filter(({ role }) => role === 'vmm')
    .map(({ guest, identity, vmm, device, owner, run }) => ({
      name: guest ?? '?',
      pid: identity.pid,
      vmm: vmm ?? '?',
      device: device ?? null,
      state: isAlive(owner) ? 'running' : 'orphaned',
      run,
      running_ms: Math.max(0, Math.round(uptimeMs - Number(identity.startTime) * MS_PER_TICK)),
    }));
}

/** Linux shows times to user space in hundredths of a second on every architecture we run on: USER_HZ, time(7). */
const MS_PER_TICK = 10;
