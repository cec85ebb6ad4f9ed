import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CoordinatorError } from './errors.ts';

/** This file's folder: `packages/host/dist` once it is bundled. */
const here = dirname(fileURLToPath(import.meta.url));
const packages = resolve(here, '..', '..');

/** Built files and sources of the other packages that the coordinator hands on as files. */
export const files = {
  /** Folder of the coordinator itself, `coordinator.js` in it. */
  bundle: join(packages, 'host', 'dist'),
  deviceServer: join(packages, 'engine', 'dist', 'engine-server.js'),
  agentBundle: join(packages, 'guest', 'dist', 'agent.mjs'),
  nativeSources: join(packages, 'guest', 'native'),
} as const;

/** @throws CoordinatorError when the checkout was not built. */
export function requireBuiltFiles(): void {
  const missing = Object.values(files).find((file) => !existsSync(file));
  if (missing) throw new CoordinatorError(`${missing} is missing`, { remedy: 'run "npm run build"' });
}
