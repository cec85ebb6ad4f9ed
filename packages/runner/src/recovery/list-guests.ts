import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findMarkedProcesses, isAlive, type MarkedProcess } from '@coordinator/machine/process';
import { guestOf, heldGuests, userRuntimeFolder } from '@coordinator/machine/runtime-folder';

/** A guest whose VMM is there, whoever started it. */
export interface ListedGuest {
  readonly name: string;
  readonly pid: number;
  readonly vmm: string;
  readonly device: string | null;
  /** `held`: its tests are over, and it waits to be released; `orphaned`: the coordinator that started it is gone. */
  readonly state: 'running' | 'held' | 'orphaned';
  readonly run: string;
  readonly running_ms: number;
}

/** By run and name. */
export function listGuests(): ListedGuest[] {
  const uptimeMs = Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0]) * 1000;
  const vmms = findMarkedProcesses().filter(({ role }) => role === 'vmm');
  const guests = oneOfEach(vmms).flatMap<ListedGuest>(
    ({ guest = '?', identity, vmm, device, owner, run, runtime }) => {
      const name = guestOf(run, guest, runtime);
      return name === null
        ? []
        : [
            {
              name,
              pid: identity.pid,
              vmm: vmm ?? '?',
              device: device ?? null,
              state: isAlive(owner) ? stateOf(name, join(runtime ?? userRuntimeFolder(), run)) : 'orphaned',
              run,
              running_ms: Math.max(0, Math.round(uptimeMs - Number(identity.startTime) * MS_PER_TICK)),
            },
          ];
    },
  );
  // guest-10 comes after guest-9.
  const order = new Intl.Collator('en', { numeric: true });
  return guests.toSorted((a, b) => order.compare(`${a.run} ${a.name}`, `${b.run} ${b.name}`));
}

function stateOf(guest: string, runtimeFolder: string): 'running' | 'held' {
  return heldGuests(runtimeFolder).includes(guest) ? 'held' : 'running';
}

/** What gives a VMM its terminal carries the same marker; the one that started first is the one that events name. */
function oneOfEach(vmms: readonly MarkedProcess[]): MarkedProcess[] {
  const seen = new Set<string>();
  return vmms.filter(({ run, guest, identity }) => {
    const key = guest === undefined ? `${identity.pid}` : `${run} ${guest}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Linux shows times to user space in hundredths of a second on every architecture we run on: USER_HZ, time(7). */
const MS_PER_TICK = 10;
