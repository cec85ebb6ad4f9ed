import { sum64 } from '../../commands/sum64.ts';
import { Cmd } from '../../frame/layout.ts';
import type { MakeDefect } from '../defect.ts';
import type { dataDefects } from '../list/data.ts';
import { invert } from './bytes.ts';
import { afterwards, instead, reporting } from './steps.ts';

const { SUM64 } = Cmd;

type DataName = keyof typeof dataDefects;

export const sum64Hooks = {
  'sum64-off-by-one': () =>
    reporting((outcome) =>
      outcome.value === null ? outcome : { ...outcome, value: BigInt.asUintN(64, outcome.value + 1n) },
    ),
  'sum64-upper-halves-ignored': () =>
    instead(SUM64, (command) => ({
      ...command,
      process(source, destination, offset) {
        const lower = source.slice();
        for (let at = 4; at < lower.length; at += 8) lower.fill(0, at, at + 4);
        return command.process(lower, destination, offset);
      },
    })),
  'sum64-last-word-missing': () => instead(SUM64, (_, { begin, size }) => sum64(begin, size - 8n)),
  'sum64-stale': () => {
    let previous: bigint | null = null;
    return reporting((outcome) => {
      if (outcome.value === null) return outcome;
      const value = previous ?? outcome.value;
      previous = outcome.value;
      return { ...outcome, value };
    });
  },
  'sum64-memory-changed': () => afterwards(SUM64, ({ begin }, memory) => invert(memory, begin)),
} as const satisfies Partial<Record<DataName, MakeDefect>>;
