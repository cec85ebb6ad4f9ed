import { once } from 'node:events';
import { createConnection } from 'node:net';
import { CoordinatorError, messageOf, usageError } from '@coordinator/base/errors';
import type { Lab } from '@coordinator/lab';
import { heldGuests, listNotedRuns, releaseOf } from '@coordinator/machine/runtime-folder';
import { exitCodes } from '@coordinator/shared/report/exit-code';
import { guestsInLabs, runInLab, usableLabs } from './lab-guests.ts';
import { onlyGuest, reachableGuests, thoseThatAre } from './only-guest.ts';
import { tell } from './print.ts';

/** Somebody waits for it, and an emulated machine with guests in it takes its time. */
const RELEASE_MS = 600_000;

/** A guest that waits for somebody to be through with it. */
interface HeldGuest {
  readonly name: string;
  readonly run: string;
  /** @throws CoordinatorError when it is held no more */
  release(): Promise<void>;
}

/** Lets held guests go on to their end: those named, or all. @returns the exit code */
export async function release(
  names: readonly string[],
  { run, all }: { readonly run?: string; readonly all: boolean },
): Promise<number> {
  if (all && names.length > 0)
    throw usageError('--all releases every guest, and some are named', 'leave out one of both');
  if (!all && names.length === 0)
    throw usageError(
      'which guest is to be released?',
      'name it, or give --all; coordinator guests lists them',
    );
  const isMeant = (one: HeldGuest) => run === undefined || one.run.startsWith(run);
  const here = heldHere().filter(isMeant);
  const isHere = (name: string) => here.some((one) => one.name === name);
  const elsewhere = names.filter((name) => !isHere(name));
  const inLabs = all || elsewhere.length > 0 ? await heldInLabs(elsewhere, run) : [];
  const known = [...here, ...inLabs.filter(isMeant)];
  const named = (name: string) =>
    onlyGuest(
      name,
      known.filter((one) => one.name === name),
      'hold',
      () => notHeld(name, known),
    );
  const chosen = all ? known : [...new Set(names)].map(named);
  if (chosen.length === 0) tell('no guest is held\n');
  for (const guest of chosen) {
    await guest.release();
    tell(`${guest.name} of run ${guest.run} goes on\n`);
  }
  return exitCodes.passed;
}

function notHeld(name: string, held: readonly HeldGuest[]): CoordinatorError {
  const isRunning = reachableGuests().some((one) => one.name === name);
  return new CoordinatorError(
    isRunning ? `${name} is running, but it is not held` : `no guest ${name} is held`,
    { remedy: thoseThatAre(held) },
  );
}

function heldHere(): HeldGuest[] {
  return listNotedRuns()
    .filter(({ alive }) => alive)
    .flatMap(({ run, runtimeFolder }) =>
      heldGuests(runtimeFolder).map((name) => ({
        ...{ name, run },
        release: () => knock(name, releaseOf(runtimeFolder, name)),
      })),
    );
}

/**
 * Guests of guests: the coordinator that is in a lab releases them, and has its own word on those it does not find.
 * @param names those that are looked for; all when empty
 */
async function heldInLabs(names: readonly string[], run: string | undefined): Promise<HeldGuest[]> {
  const labs = usableLabs();
  const [only] = labs;
  if (only && labs.length === 1 && names.length > 0) return names.map((name) => inItsLab(only, name, run));
  const guests = await guestsInLabs();
  return guests.filter(({ state }) => state === 'held').map((one) => inItsLab(one.lab, one.name, one.run));
}

function inItsLab(lab: Lab, name: string, run: string | undefined): HeldGuest {
  const argv = ['coordinator', 'release', ...(run === undefined ? [] : ['--run', run]), name];
  const release = async () => void (await runInLab(lab, argv, RELEASE_MS));
  return { name, run: run ?? lab.folder.id, release };
}

/** Whoever connects releases it; the connection ends when that is done. */
async function knock(name: string, path: string): Promise<void> {
  try {
    await once(createConnection(path).resume(), 'close');
  } catch (error) {
    throw new CoordinatorError(`${name} is not held any more: ${messageOf(error)}`, {
      remedy: 'coordinator guests says what it does',
    });
  }
}
