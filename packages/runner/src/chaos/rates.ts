import { type FaultKind, faultKinds } from '@coordinator/shared/report/kinds';

/** How likely each fault is in a round, from 0 to 1. At most one strikes a round. */
export type ChaosRates = ReadonlyMap<FaultKind, number>;

export const DEFAULT_RATE = 0.1;

/**
 * Reads `kill-guest,pause-guest=5%`; what names no rate gets `rate`.
 * @throws TypeError saying what was wrong.
 */
export function parseChaos(text: string, rate: number): ChaosRates {
  const rates = new Map<FaultKind, number>();
  for (const part of text.split(',')) {
    const [name = '', percent, ...rest] = part.trim().split('=');
    const kinds = name === 'all' ? faultKinds : faultKinds.filter((kind) => kind === name);
    if (kinds.length === 0 || rest.length > 0)
      throw new TypeError(`"${part}" is no fault; there are ${faultKinds.join(', ')} and all`);
    for (const kind of kinds) rates.set(kind, percent === undefined ? rate : parseRate(percent));
  }
  const sum = [...rates.values()].reduce((total, each) => total + each, 0);
  if (sum > 1.0000001)
    throw new TypeError(`the rates come to ${Math.round(sum * 100)}%; only one fault strikes a round`);
  return rates;
}

/** Reads "10%" or "0.1". @throws TypeError */
export function parseRate(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(text.trim());
  const value = match ? Number(match[1]) / (match[2] ? 100 : 1) : Number.NaN;
  if (!(value > 0 && value <= 1)) throw new TypeError(`"${text}" is no rate; write for example 10% or 0.1`);
  return value;
}
