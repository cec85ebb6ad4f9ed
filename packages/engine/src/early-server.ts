import { type ServerProcess, spawnServer } from '@coordinator/vfio-user/device-server';
import { engineServerEntry } from './entry-path.ts';

/** What is not used by then, nobody will use. */
const UNUSED_MS = 10_000;

/**
 * A device server that was started before it was known whether one is needed: it starts as long as what finds that out is
 * loaded. One a process, whichever bundle of this module asks.
 */
interface EarlyServer {
  /** Null once it was taken. */
  process: ServerProcess | null;
  entry: string | null;
  /** Whether there was somebody who needed one. */
  wanted: boolean;
}

const PLACE = Symbol.for('coordinator.early-server');

const early = (): EarlyServer => {
  const places = globalThis as { [PLACE]?: EarlyServer };
  places[PLACE] ??= { process: null, entry: null, wanted: false };
  return places[PLACE];
};

/**
 * @param env its environment, beside this process's own
 * @param entry see `EngineServerOptions`
 * @throws Error if it has not been built
 */
export function startEarlyServer(
  env: Readonly<Record<string, string>>,
  entry: string = engineServerEntry(),
): void {
  const child = spawnServer({ entry, env: { ...process.env, ...env } });
  Object.assign(early(), { process: child, entry });
  // Who takes it looks whether it is there.
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  letGo(child, 'unref');
  const end = () => void takeProcess()?.kill('SIGKILL');
  setTimeout(end, UNUSED_MS).unref();
  // It would end by itself, but not before it has started.
  process.once('exit', end);
}

/** @returns one of this program; null when there is none, or none that runs: it has to be started now. */
export function takeEarlyServer(program: string): ServerProcess | null {
  early().wanted = true;
  if (early().entry !== program) return null;
  const child = takeProcess();
  if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return null;
  letGo(child, 'ref');
  return child;
}

/** Whether anybody has asked for one so far. */
export const wasServerWanted = (): boolean => early().wanted;

function takeProcess(): ServerProcess | null {
  const { process: child } = early();
  early().process = null;
  return child;
}

/** Whether this process has to stay for it. */
function letGo(child: ServerProcess, how: 'ref' | 'unref'): void {
  child[how]();
  for (const stream of [child.stdin, child.stdout, child.stderr])
    (stream as unknown as Record<typeof how, () => void>)[how]();
}
