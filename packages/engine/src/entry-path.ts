import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where the built server process may be: beside a bundle, or in this package, seen from source or a sibling. */
const CANDIDATES = ['./engine-server.js', '../dist/engine-server.js', '../../engine/dist/engine-server.js'];

/**
 * Path of the engine's device server as it was built (`packages/engine/dist/engine-server.js`, made by the build from
 * `packages/engine/src/server-process.ts`: ESM, koffi external). `from` is the module URL to look from.
 * @throws Error if it has not been built
 */
export function engineServerEntry(from: string = import.meta.url): string {
  for (const candidate of CANDIDATES) {
    const path = fileURLToPath(new URL(candidate, from));
    if (existsSync(path)) return path;
  }
  throw new Error('the device server is not built: run `npm run build`');
}
