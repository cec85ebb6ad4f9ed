import { existsSync } from 'node:fs';
import { CoordinatorError } from '@coordinator/base/errors';
import { type ExecOptions, type ExecSession, execIn } from '@coordinator/exec';
import type { Lab } from '@coordinator/lab';
import { commandsOf, listNotedRuns } from '@coordinator/machine/runtime-folder';
import { vmmCalled } from '@coordinator/machine/vmm';
import { attend } from './attend.ts';
import { guestsInLabs, usableLabs } from './lab-guests.ts';
import { LocalTerminal } from './local-terminal.ts';
import { onlyGuest, reachableGuests, thoseThatAre } from './only-guest.ts';

export interface ExecInGuestOptions {
  readonly run?: string;
  readonly cwd: string;
  readonly terminal?: boolean;
}

/** A guest that commands can be run in. */
interface Place {
  readonly run: string;
  exec(command: readonly string[], options: ExecOptions): ExecSession;
}

/** Runs a command in a guest that is running now. @returns its exit status */
export async function exec(
  guest: string,
  command: readonly string[],
  options: ExecInGuestOptions,
): Promise<number> {
  const { run, cwd } = options;
  const here = placesHere(guest, run);
  const found = here.length > 0 ? here : await placesInLabs(guest, run);
  const { exec } = onlyGuest(guest, found, 'have', () => notRunning(guest, run));
  const terminal = options.terminal ? LocalTerminal.open('--terminal') : null;
  return attend(terminal, guest, (streams) => exec(command, { ...streams, cwd }));
}

function notRunning(guest: string, run: string | undefined): CoordinatorError {
  const running = reachableGuests();
  const mine = running.find(({ name }) => name === guest);
  const lack = vmmCalled(mine?.vmm)?.lacks['command-port'];
  if (lack !== undefined)
    return new CoordinatorError(`commands are not run in ${guest}: ${lack}`, {
      remedy: 'use QEMU, or log in at its console',
    });
  const what = run === undefined ? `guest ${guest}` : `guest ${guest} of a run ${run}`;
  return new CoordinatorError(
    mine && run === undefined ? `${guest} takes no commands yet, or no more` : `no ${what} is running`,
    { remedy: thoseThatAre(running) },
  );
}

function placesHere(guest: string, run: string | undefined): Place[] {
  const place = { name: guest, remedy: 'coordinator guests lists those that are running' };
  return listNotedRuns()
    .filter((one) => one.alive && (run === undefined || one.run.startsWith(run)))
    .map((one) => ({ run: one.run, socket: commandsOf(one.runtimeFolder, guest) }))
    .filter(({ socket }) => existsSync(socket))
    .map(({ run: id, socket }) => ({
      run: id,
      exec: (command, options) => execIn(place, socket, command, options),
    }));
}

/** Guests of guests: the coordinator that is in a lab reaches them, and has its own word on those it does not find. */
async function placesInLabs(guest: string, run: string | undefined): Promise<Place[]> {
  const labs = usableLabs();
  const [only] = labs;
  if (only && labs.length === 1) return [placeInLab(only, guest, run)];
  return (await guestsInLabs())
    .filter((one) => one.name === guest && (run === undefined || one.run.startsWith(run)))
    .map((one) => placeInLab(one.lab, guest, one.run));
}

function placeInLab(lab: Lab, guest: string, run: string | undefined): Place {
  return {
    run: run ?? lab.folder.id,
    exec: (command, { cwd = '/', ...options }) => {
      const flags = ['--cwd', cwd, ...(run === undefined ? [] : ['--run', run])];
      if (options.terminal) flags.push('--terminal');
      return lab.exec(['coordinator', 'exec', ...flags, guest, '--', ...command], options);
    },
  };
}
