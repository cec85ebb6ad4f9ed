import type { FaultKind } from '@coordinator/shared/report';
import { draw } from '../run/index.ts';
import type { ChaosRates } from './rates.ts';

/** The fault that strikes the round of this seed, if one does. */
export function chooseFault(rates: ChaosRates, seed: number): FaultKind | null {
  let left = draw(seed, 'fault');
  for (const [kind, rate] of rates) {
    if (left < rate) return kind;
    left -= rate;
  }
  return null;
}
