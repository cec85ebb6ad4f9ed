import { readdirSync, readFileSync } from 'node:fs';
import { startTimeOf } from '@coordinator/base/start-time';
import { isOurNamespace, type ProcessIdentity } from './identity.ts';
import { type ProcessMarker, markerVariables as variables } from './marker.ts';
import { parseIdentity } from './read-identity.ts';

export interface MarkedProcess extends ProcessMarker {
  readonly identity: ProcessIdentity;
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
