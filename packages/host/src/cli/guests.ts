import type { ListedGuest } from '@coordinator/runner/recovery';
import { formatDuration } from '@coordinator/shared/units';
import type { DefineCommand } from './command.ts';
import { print, printJson, tell } from './print.ts';
import { renderTable } from './table.ts';

/** The lab that a guest runs in, where its pid is; null for one of this machine. */
type PlacedGuest = ListedGuest & { readonly lab: string | null };

export const defineGuests: DefineCommand = (command, setExitCode) => {
  command.option('--json', 'print JSON', false).action(async ({ json }: { json: boolean }) => {
    const guests = await allGuests();
    if (json) printJson(guests);
    else if (guests.length === 0) tell('no guest is running\n');
    else show(guests);
    setExitCode(0);
  });
};

async function allGuests(): Promise<PlacedGuest[]> {
  const { listGuests } = await import('@coordinator/runner/recovery');
  const here = listGuests().map((guest) => ({ ...guest, lab: null }));
  const { guestsInLabs } = await import('./lab-guests.ts');
  const inLabs = (await guestsInLabs()).map(({ lab, ...guest }) => ({ ...guest, lab: lab.folder.id }));
  return [...here, ...inLabs];
}

function show(guests: readonly PlacedGuest[]): void {
  const someInLab = guests.some(({ lab }) => lab !== null);
  const rows = guests.map((guest) => [
    guest.name,
    ...(someInLab ? [guest.lab ?? '-'] : []),
    String(guest.pid),
    guest.vmm,
    guest.device ?? '-',
    guest.state,
    formatDuration(guest.running_ms),
    guest.run,
  ]);
  const place = someInLab ? ['LAB'] : [];
  const heading = ['NAME', ...place, 'PID', 'VMM', 'DEVICE', 'STATE', 'RUNNING', 'RUN'];
  print(renderTable(heading, rows));
  if (guests.some(({ state }) => state === 'held'))
    tell('held: their tests are over\n  → coordinator release lets them end\n');
  if (guests.some(({ state }) => state === 'orphaned'))
    tell('orphaned: the coordinator of that run is gone\n  → coordinator restore ends them\n');
}
