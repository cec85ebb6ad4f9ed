import type { Announcement, JobOptions } from '../wire/index.ts';
import type { HostState } from './host-watch.ts';

/** What a host must have to be given guests. */
export interface Demand {
  readonly coordinator: string;
  /** Labels that it must have, all of them. */
  readonly on: readonly string[];
  readonly options: Pick<JobOptions, 'platform' | 'vmm' | 'memory'>;
  readonly exerciser: string;
}

/** A host that has missed ten announcements may be on its way to be lost. */
const QUIET_MS = 5000;

/** What a host keeps for itself of the memory that is free. */
const MEMORY_FOR_GUESTS = 0.8;

/** Why the host can never take guests of this run, in a few words; null when it can. */
export function whyNot(host: Announcement, { coordinator, on, options, exerciser }: Demand): string | null {
  if (host.state === 'draining') return 'it takes no more jobs';
  if (host.coordinator !== coordinator)
    return `it runs coordinator ${host.coordinator}, and this is ${coordinator}`;
  const missing = on.find((label) => !host.labels.includes(label));
  if (missing !== undefined) return `it is not labelled ${missing}`;
  if (!host.vmms.includes(options.vmm)) return `it has no ${options.vmm}`;
  if (options.platform === 'host' && host.platform !== 'host') return 'it is no Arm host';
  if (isOfHost(host, options) && (host.functions[exerciser] ?? 0) + host.guests === 0)
    return `it has no function for ${exerciser}`;
  if (options.memory > host.memory_mib) return `it has ${host.memory_mib} MiB of memory`;
  return null;
}

/**
 * How many guests it can take now. One that has not been heard for a while gets none: they would be lost with it.
 * @param sent guests that were sent there and that its announcement does not know of yet
 */
export function roomFor(
  { announcement: host, silentMs }: Pick<HostState, 'announcement' | 'silentMs'>,
  { options, exerciser }: Demand,
  sent: number,
): number {
  if (silentMs >= QUIET_MS) return 0;
  const byMemory = Math.floor((host.memory_free_mib * MEMORY_FOR_GUESTS) / options.memory);
  const byFunctions = isOfHost(host, options) ? (host.functions[exerciser] ?? 0) : Number.POSITIVE_INFINITY;
  return Math.max(0, Math.min(host.room - host.guests, byMemory, byFunctions) - sent);
}

function isOfHost({ platform }: Announcement, options: Demand['options']): boolean {
  return options.platform === 'host' || (options.platform === 'auto' && platform === 'host');
}
