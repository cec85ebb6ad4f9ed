import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { exitCodes } from '@coordinator/shared/report/exit-code';
import { noteGuest, startGuestAsBefore } from './early-guest.ts';
import { noteServer, startServerAsBefore } from './early-server.ts';
import { KeptCode } from './kept-code.ts';

/** The whole program in one file, a function around a CommonJS module: code of ES modules cannot be kept by Node 20. Beside this file's bundle. */
const PROGRAM = 'program.cjs';

/** After these, no guest was tested: most that takes was not compiled. */
const UNTESTED: readonly number[] = [exitCodes.usage, exitCodes.unavailable, exitCodes.interrupted];

type ModuleFunction = (
  exports: object,
  require: NodeRequire,
  module: { exports: object },
  filename: string,
  directory: string,
) => void;

/**
 * Runs the program with the code that it was compiled to the last time, which takes half as long as to compile it.
 * @param onlyIfKept not at all where there is none
 * @returns whether it runs
 */
export function runCompiled({ onlyIfKept }: { readonly onlyIfKept: boolean }): boolean {
  const directory = dirname(fileURLToPath(import.meta.url));
  const filename = join(directory, PROGRAM);
  const kept = KeptCode.of(filename);
  const cachedData = kept?.read() ?? undefined;
  if (onlyIfKept && !cachedData) return false;
  // QEMU first: it takes longer.
  startGuestAsBefore();
  startServerAsBefore();
  // The build writes ASCII, and the function that Node's own loader would write around it.
  const source = readFileSync(filename, 'latin1');
  const script = new Script(source, { filename, ...(cachedData && { cachedData }) });
  const module = { exports: {} };
  const run = script.runInThisContext() as ModuleFunction;
  run(module.exports, createRequire(filename), module, filename, directory);
  process.once('exit', (code) => {
    if (UNTESTED.includes(code)) return;
    noteServer();
    noteGuest();
    // At the end: what was compiled on demand until then is kept as well.
    if (!cachedData || script.cachedDataRejected) kept?.write(script.createCachedData());
  });
  return true;
}
