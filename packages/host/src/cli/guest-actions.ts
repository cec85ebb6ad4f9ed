import { existsSync } from 'node:fs';
import { CoordinatorError } from '@coordinator/base/errors';
import { execIn } from '@coordinator/exec';
import { commandsOf, listNotedRuns } from '@coordinator/machine/runtime-folder';
import { listGuests } from '../recovery/index.ts';
import { attend } from './attend.ts';
import { LocalTerminal } from './local-terminal.ts';

/** Runs a command in a guest that is running now. @returns its exit status */
export async function exec(
  guest: string,
  command: readonly string[],
  options: { run?: string; cwd: string; terminal?: boolean },
): Promise<number> {
  const socket = findCommands(guest, options.run);
  const terminal = options.terminal ? LocalTerminal.open('--terminal') : null;
  const place = { name: guest, remedy: 'coordinator guests lists those that are running' };
  return attend(terminal, guest, (streams) =>
    execIn(place, socket, command, { ...streams, cwd: options.cwd }),
  );
}

function findCommands(guest: string, run: string | undefined): string {
  const found = listNotedRuns()
    .filter((one) => one.alive && (run === undefined || one.run.startsWith(run)))
    .map((one) => ({ run: one.run, socket: commandsOf(one.runtimeFolder, guest) }))
    .filter(({ socket }) => existsSync(socket));
  const [first, second] = found;
  if (first && !second) return first.socket;
  if (second)
    throw new CoordinatorError(
      `several runs have a guest ${guest}: ${found.map((one) => one.run).join(', ')}`,
      {
        remedy: 'say which with --run',
      },
    );
  const running = listGuests();
  const mine = running.find(({ name }) => name === guest);
  if (mine?.vmm === 'lkvm')
    throw new CoordinatorError(`commands are not run in ${guest}: kvmtool has no port for them`, {
      remedy: 'use QEMU, or log in at its console',
    });
  const names = running.map(({ name }) => name).join(', ');
  throw new CoordinatorError(
    mine ? `${guest} takes no commands yet, or no more` : `no guest ${guest} is running`,
    { remedy: names === '' ? 'none is' : `those that are: ${names}` },
  );
}
