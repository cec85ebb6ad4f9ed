import { access } from 'node:fs/promises';
import { hashFile } from '../cache/hash.ts';
import { SetUpError } from '../errors.ts';

/** The project's own files that go into what guests are started from. */
export interface Sources {
  /** packages/guest/native: `exerciser`, `init`, `qjs`, `start`, `vsock`. */
  readonly nativeDir: string;
  /** The agent, one file. */
  readonly agentBundle: string;
  /** What runs commands in a guest or the lab, one file. */
  readonly execDaemon: string;
  /** Drivers to build from changed sources, for the self-test. */
  readonly changedDrivers?: readonly SourceChange[] | undefined;
}

/** What goes into the lab's Arm host besides. */
export interface LabSources extends Sources {
  /** Folder of the built coordinator: `coordinator.js`. */
  readonly bundle: string;
}

/** One passage of one of the driver's sources, replaced: it must be there once, word for word. */
export interface SourceChange {
  /** Names the driver that is built, `NAME.ko`. */
  readonly name: string;
  /** A file of native/exerciser/smmute/module. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/**
 * Hash of a file of the project.
 * @throws SetUpError 'file-missing' naming it.
 */
export async function hashSource(path: string, what: string): Promise<string> {
  try {
    await access(path);
  } catch (cause) {
    throw new SetUpError('file-missing', `There is no ${what} at ${path}.`, {
      remedy: 'Build the project first: npm run build.',
      cause,
    });
  }
  return hashFile(path);
}
