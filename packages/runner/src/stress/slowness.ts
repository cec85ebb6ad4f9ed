import { formatDuration } from '@coordinator/shared/units';

const FACTOR = 3;
const AT_LEAST_MS = 2500;

/** A round that took the agent much longer than others, in words; null if it did not. */
export function describeSlowness(agentMs: number | null, median: number | null): string | null {
  if (agentMs === null || agentMs < Math.max(AT_LEAST_MS, FACTOR * (median ?? 0))) return null;
  const usual = median === null ? '' : `; half of the rounds take less than ${formatDuration(median)}`;
  return `the agent took ${formatDuration(agentMs)} from its first to its last word${usual}`;
}
