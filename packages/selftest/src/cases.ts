import type { SourceChange } from '@coordinator/image';
import { agentCases } from './agent-cases.ts';
import type { SelfTestCase } from './case.ts';
import { deviceCases } from './device-cases.ts';
import { driverCases } from './driver-cases.ts';
import { toolCases } from './tool-cases.ts';
import { matches } from './verdict.ts';

/** Where nothing is broken, every plan passes. */
const controls: readonly SelfTestCase[] = (['default', 'isolation', 'programs'] as const).map((plan) => ({
  name: `healthy-${plan}`,
  group: 'data',
  does: 'nothing is broken',
  plan,
  caughtBy: [],
  broken: { part: 'nothing' },
}));

export const cases: readonly SelfTestCase[] = [
  ...controls,
  ...deviceCases,
  ...driverCases,
  ...toolCases,
  ...agentCases,
];

/** Those whose name fits one of the patterns; all for none. */
export function casesNamed(patterns: readonly string[]): SelfTestCase[] {
  if (patterns.length === 0) return [...cases];
  return cases.filter(({ name }) => patterns.some((pattern) => matches(pattern, name)));
}

/** The drivers that have to be built for these cases. */
export function changesOf(chosen: readonly SelfTestCase[]): readonly SourceChange[] | undefined {
  const changes = chosen.flatMap(({ name, broken }) =>
    broken.part === 'driver' ? [{ name, ...broken.change }] : [],
  );
  return changes.length === 0 ? undefined : changes;
}
