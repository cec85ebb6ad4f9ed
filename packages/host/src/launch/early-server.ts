import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '@coordinator/base/user';
import { startEarlyServer, wasServerWanted } from '@coordinator/engine/early-server';
import { markerEnvironment, ownIdentity } from '@coordinator/machine/process';

/** In the cache: there as long as the last run needed a device server. */
const NOTE = 'early-server';

/** Starts a device server if the last run needed one: on a second processor it is ready when this one is. Never throws. */
export function startServerAsBefore(): void {
  try {
    if (existsSync(notePath())) startEarlyServer(markerEnvironment(marker()));
  } catch {
    // The run will say what is missing.
  }
}

/** For the next run. Never throws. */
export function noteServer(): void {
  try {
    if (wasServerWanted()) writeFileSync(notePath(), '');
    else rmSync(notePath(), { force: true });
  } catch {
    // As where the cache cannot be written to: then none is started early.
  }
}

const notePath = () => join(cacheFolder(), NOTE);

/** Whose it is, as long as there is no run yet. */
const marker = () => ({ run: `early-${process.pid}`, owner: ownIdentity(), role: 'device-server' }) as const;
