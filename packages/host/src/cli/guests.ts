import { formatDuration } from '@coordinator/shared/units';
import type { DefineCommand } from './command.ts';
import { renderTable } from './table.ts';

export const defineGuests: DefineCommand = (command, setExitCode) => {
  command.option('--json', 'print JSON', false).action(async ({ json }: { json: boolean }) => {
    const { listGuests } = await import('../recovery/index.ts');
    const guests = listGuests();
    if (json) {
      process.stdout.write(`${JSON.stringify(guests, null, 2)}\n`);
    } else if (guests.length === 0) {
      process.stderr.write('no guest is running\n');
    } else {
      const rows = guests.map((guest) => [
        guest.name,
        String(guest.pid),
        guest.vmm,
        guest.device ?? '-',
        guest.state,
        formatDuration(guest.running_ms),
        guest.run,
      ]);
      process.stdout.write(renderTable(['NAME', 'PID', 'VMM', 'DEVICE', 'STATE', 'RUNNING', 'RUN'], rows));
      if (guests.some(({ state }) => state === 'orphaned')) {
        process.stderr.write(
          'orphaned: the coordinator of that run is gone\n  → coordinator restore ends them\n',
        );
      }
    }
    setExitCode(0);
  });
};
