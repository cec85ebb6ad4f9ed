import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CoordinatorError } from '@coordinator/base/errors';

/** This file's folder: `packages/host/dist` once it is bundled. */
const here = dirname(fileURLToPath(import.meta.url));
const packages = resolve(here, '..', '..');

/** Built files and sources of the other packages that the coordinator hands on as files. */
export const files = {
  /** Folder of the coordinator itself, `coordinator.js` in it. */
  bundle: join(packages, 'host', 'dist'),
  /** What browsers are given. */
  page: join(packages, 'host', 'dist', 'page'),
  deviceServer: join(packages, 'engine', 'dist', 'engine-server.js'),
  agentBundle: join(packages, 'guest', 'dist', 'agent.mjs'),
  /** Runs commands in guests, and in the lab. */
  execDaemon: join(packages, 'guest', 'dist', 'exec-daemon.mjs'),
  /** An agent that lies, for the self-test. */
  liarBundle: join(packages, 'guest', 'dist', 'liar.mjs'),
  nativeSources: join(packages, 'guest', 'native'),
} as const;

export interface GuestFiles {
  readonly kernel: string;
  readonly initrd: string;
  readonly kit: string;
}

/** The folder of the pack this coordinator runs from (see `coordinator pack`); null in a checkout. */
export const packFolder: string | null = process.env['COORDINATOR_PACK'] ?? null;

/** What guests boot from where nothing else is asked for, in a pack. */
export function packFiles(folder: string): GuestFiles {
  return {
    kernel: join(folder, 'guest', 'vmlinuz'),
    initrd: join(folder, 'guest', 'initrd'),
    kit: join(folder, 'kit'),
  };
}

/** @throws CoordinatorError when the checkout was not built. A pack needs nothing more than it has. */
export function requireBuiltFiles(): void {
  if (packFolder !== null) return;
  const missing = Object.values(files).find((file) => !existsSync(file));
  if (missing) throw new CoordinatorError(`${missing} is missing`, { remedy: 'run "npm run build"' });
}
