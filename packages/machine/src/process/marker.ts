import { readdirSync, readFileSync } from 'node:fs';
import { startTimeOf } from '@coordinator/base/start-time';
import { formatIdentity, isOurNamespace, type ProcessIdentity, parseIdentity } from './identity.ts';

/**
 * Every process a run starts carries these variables in its environment. The process table is then the journal of
 * what a run left behind: it cannot be out of date, and a number that was given out again is never mistaken.
 */
const variables = {
  run: 'COORDINATOR_RUN',
  owner: 'COORDINATOR_OWNER',
  role: 'COORDINATOR_ROLE',
  guest: 'COORDINATOR_GUEST',
  vmm: 'COORDINATOR_VMM',
  device: 'COORDINATOR_DEVICE',
  runtime: 'COORDINATOR_RUNTIME',
} as const;

export interface ProcessMarker {
  readonly run: string;
  /** The coordinator that started it. */
  readonly owner: ProcessIdentity;
  /**
   * The folder of all runtime folders in which the run has its own. Those who use another one do not have the run's
   * note, and leave it to those who do. Older coordinators did not say.
   */
  readonly runtime?: string | undefined;
  readonly role: 'vmm' | 'device-server' | 'helper';
  readonly guest?: string | undefined;
  readonly vmm?: string | undefined;
  readonly device?: string | undefined;
}

export interface MarkedProcess extends ProcessMarker {
  readonly identity: ProcessIdentity;
}

export function markerEnvironment(marker: ProcessMarker): Record<string, string> {
  const environment: Record<string, string> = {
    [variables.run]: marker.run,
    [variables.owner]: formatIdentity(marker.owner),
    [variables.role]: marker.role,
  };
  if (marker.guest) environment[variables.guest] = marker.guest;
  if (marker.vmm) environment[variables.vmm] = marker.vmm;
  if (marker.device) environment[variables.device] = marker.device;
  if (marker.runtime) environment[variables.runtime] = encodeURI(marker.runtime);
  return environment;
}

/** Of a folder that sockets lie in, each byte of it encoded: see `runtime-folder`. */
const MAX_PATH_CHARACTERS = 512;

/** All marked processes this user may see, oldest first. */
export function findMarkedProcesses(): MarkedProcess[] {
  const found: MarkedProcess[] = [];
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) continue;
    const marked = readMarker(Number(entry));
    if (marked) found.push(marked);
  }
  return found.sort((a, b) => Number(a.identity.startTime) - Number(b.identity.startTime));
}

function readMarker(pid: number): MarkedProcess | null {
  // The start time is read first: should the number change hands in between, a later kill finds no such process.
  const startTime = startTimeOf(pid);
  if (startTime === null) return null;
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return null;
  }
  if (!text.includes(`${variables.run}=`)) return null;
  const environment = new Map<string, string>();
  for (const pair of text.split('\0')) {
    const equals = pair.indexOf('=');
    if (equals > 0) environment.set(pair.slice(0, equals), pair.slice(equals + 1));
  }
  const run = environment.get(variables.run);
  const owner = parseIdentity(environment.get(variables.owner) ?? '');
  const role = environment.get(variables.role);
  // Anybody may start a process with such variables; what we write into them is printed, so it must be fit for that.
  const { runtime, ...printed } = variables;
  const isOurs = (name: string) => /^[ -~]{0,128}$/.test(environment.get(name) ?? '');
  if (!Object.values(printed).every(isOurs)) return null;
  // In a container inside ours, the owner's number means another process.
  if (
    !run ||
    !owner ||
    !isOurNamespace(pid) ||
    (role !== 'vmm' && role !== 'device-server' && role !== 'helper')
  )
    return null;
  return {
    run,
    owner,
    role,
    guest: environment.get(variables.guest),
    vmm: environment.get(variables.vmm),
    device: environment.get(variables.device),
    runtime: readPath(environment.get(runtime)),
    identity: { pid, startTime, namespace: owner.namespace },
  };
}

/** A path as it was encoded; undefined for what is none of ours, or cannot be printed. */
function readPath(text: string | undefined): string | undefined {
  if (text === undefined || text.length > MAX_PATH_CHARACTERS) return undefined;
  try {
    const path = decodeURI(text);
    return /\p{C}/u.test(path) ? undefined : path;
  } catch {
    return undefined;
  }
}
