import type { StressResult } from '@coordinator/shared/report';
import { formatDuration, formatSize } from '@coordinator/shared/units';
import { plural } from '../../facts/guest.ts';
import { describeRounds } from '../../facts/stress.ts';

/** How a stress run is doing, in three short lines for a live view, or joined for a log. */
export function stressLines(stress: StressResult): string[] {
  const { recent, host, vectors } = stress;
  const goal = stress.rounds === null ? '' : ` of ${stress.rounds}`;
  const eta = stress.eta_ms === null ? '' : `  ${formatDuration(stress.eta_ms)} to go`;
  const injected = stress.faults.reduce((sum, fault) => sum + fault.injected, 0);
  const detected = stress.faults.reduce((sum, fault) => sum + fault.detected, 0);
  const chaos = stress.faults.length === 0 ? '' : `  faults ${detected} of ${injected} recognized`;
  return [
    `${stress.rounds_ended}${goal} ${goal === '' && stress.rounds_ended === 1 ? 'round' : 'rounds'}: ${describeRounds(stress)}${chaos}  ${formatDuration(stress.elapsed_ms)}${eta}`,
    `${perSecond(recent.guests_per_minute)} guests/min  ${perSecond(recent.transactions_per_second)} transactions/s  ${perSecond(recent.interrupts_per_second)} interrupts/s${vectors.length > 0 ? ` (by vector ${vectors.join(' ')})` : ''}`,
    `load ${host.load.toFixed(1)} on ${plural(host.cpus, 'CPU')}  coordinator ${formatSize(host.coordinator_rss_bytes)}, ${formatSize(host.children_rss_bytes)} in ${host.children} processes of it`,
  ];
}

function perSecond(rate: number): string {
  return rate >= 100 ? rate.toFixed(0) : rate.toFixed(1);
}
