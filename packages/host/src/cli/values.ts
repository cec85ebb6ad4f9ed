import { type KeepRule, parseKeepRule } from '@coordinator/history/keep-rule';
import { parseRate } from '@coordinator/runner/chaos/rates';
import { parseDuration, parseSize } from '@coordinator/shared/units';
import { InvalidArgumentError } from 'commander';

/** Readers of option values. Commander prints what they throw behind the option's name. */

export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max)) {
      throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`);
    }
    return value;
  };
}

export function duration(text: string): number {
  return translate(() => parseDuration(text));
}

/** MiB from "256", "256M" or "1G". */
export function mebibytes(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : translate(() => parseSize(text)) / 2 ** 20;
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new InvalidArgumentError(`Give MiB from ${min} to ${max}, such as 256 or 1G.`);
    }
    return value;
  };
}

/** "10%" or "0.1". */
export function chaosRate(text: string): number {
  return translate(() => parseRate(text));
}

/** "100" or "90d". */
export function keepRule(text: string): KeepRule {
  return translate(() => parseKeepRule(text));
}

/** For options that may be given several times. */
export function repeated(text: string, earlier: readonly string[] | undefined): string[] {
  return [...(earlier ?? []), text];
}

function translate<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
  }
}
