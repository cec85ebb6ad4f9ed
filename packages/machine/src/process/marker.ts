import { formatIdentity, type ProcessIdentity } from './identity.ts';

/**
 * Every process a run starts carries these variables in its environment. The process table is then the journal of
 * what a run left behind: it cannot be out of date, and a number that was given out again is never mistaken.
 */
export const markerVariables = {
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

export function markerEnvironment(marker: ProcessMarker): Record<string, string> {
  const environment: Record<string, string> = {
    [markerVariables.run]: marker.run,
    [markerVariables.owner]: formatIdentity(marker.owner),
    [markerVariables.role]: marker.role,
  };
  if (marker.guest) environment[markerVariables.guest] = marker.guest;
  if (marker.vmm) environment[markerVariables.vmm] = marker.vmm;
  if (marker.device) environment[markerVariables.device] = marker.device;
  if (marker.runtime) environment[markerVariables.runtime] = encodeURI(marker.runtime);
  return environment;
}
