import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { markerEnvironment, type ProcessMarker } from '../process/index.ts';

export type VmmProcess = ChildProcessByStdio<Writable, Readable, Readable>;

/** How a VMM's process is started. */
export interface VmmStart {
  /** The program and its arguments. */
  readonly words: readonly string[];
  /** Variables of its environment, beside this process's own, which come first. */
  readonly environment: Readonly<Record<string, string>>;
  readonly marker: ProcessMarker;
}

/** Starts it. It need not be there: see the process's event `error`. */
export function spawnVmm({ words: [program = '', ...words], environment, marker }: VmmStart): VmmProcess {
  return spawn(program, words, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...environment, ...process.env, ...markerEnvironment(marker) },
    // A process group of its own: Ctrl-C in the terminal is ours to handle, guests must not end before it is told.
    detached: true,
  });
}

interface Early {
  readonly start: VmmStart;
  readonly child: VmmProcess;
}

/** One a process, whichever bundle of this module asks. */
interface Place {
  /** A VMM that was started before it was known whether one is needed, and which; null once that is known. */
  early: Early | null;
  /** The first that was started to stand by. */
  standby: Standby | null;
}

/** A VMM that stands by until there is a guest for it. */
export interface Standby {
  readonly start: VmmStart;
  /** Where its guest will write to: it has to be there before the VMM is started. */
  readonly folder: string;
}

const PLACE = Symbol.for('coordinator.early-vmm');

const place = (): Place => {
  const places = globalThis as { [PLACE]?: Place };
  places[PLACE] ??= { early: null, standby: null };
  return places[PLACE];
};

/** Starts a VMM that may be wanted: if nobody takes it, it has to be ended. */
export function startEarlyVmm(start: VmmStart): VmmProcess {
  const child = spawnVmm(start);
  for (const end of [child, child.stdin, child.stdout, child.stderr]) end.on('error', () => {});
  place().early = { start, child };
  letGo(child, 'unref');
  return child;
}

/**
 * The early one, if it is the same to the last word as one that is to be started. One that would have its place, but is
 * another, is ended first.
 */
export async function takeEarlyVmm(start: VmmStart): Promise<VmmProcess | null> {
  const { early } = place();
  if (early === null || early.start.marker.guest !== start.marker.guest) return null;
  const child = takeEarly();
  if (child === null) return null;
  if (isSame(early.start, start)) {
    letGo(child, 'ref');
    return child;
  }
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  return null;
}

/** Ends the early one, unless somebody has it. */
export function endEarlyVmm(): void {
  takeEarly()?.kill('SIGKILL');
}

/** Notes what stands by, for whoever wants to start the same earlier the next time. */
export function noteStandby(standby: Standby): void {
  place().standby ??= standby;
}

export const firstStandby = (): Standby | null => place().standby;

/** Whether the same process would come of both. */
function isSame(...starts: readonly [VmmStart, VmmStart]): boolean {
  const [one, other] = starts.map(({ words, environment, marker }) =>
    JSON.stringify([words, environment, markerEnvironment(marker)]),
  );
  return one === other;
}

/** Null when there is none, or none that runs. */
function takeEarly(): VmmProcess | null {
  const child = place().early?.child ?? null;
  place().early = null;
  return child?.pid === undefined || child.exitCode !== null || child.signalCode !== null ? null : child;
}

/** Whether this process has to stay for it. */
function letGo(child: VmmProcess, how: 'ref' | 'unref'): void {
  child[how]();
  for (const stream of [child.stdin, child.stdout, child.stderr])
    (stream as unknown as Record<typeof how, () => void>)[how]();
}
