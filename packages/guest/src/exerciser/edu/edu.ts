import { promiseOf, type StepOf } from '@coordinator/shared/exerciser';
import type { ToolRun } from '../../tool/kit-tool.ts';
import { judgeRun } from '../../tool/verdict.ts';
import type { Exerciser } from '../exerciser.ts';
import { DRIVER, inspect, loadDriver } from './probe.ts';

const TOOL = 'edudma';

const MODE_LETTERS: Record<StepOf<'edu'>['mode'], string> = { roundtrip: 'rw', upload: 'w', download: 'v' };

/** QEMU's educational device, whose buffer the `edudma` tool writes and reads. */
export const edu: Exerciser = {
  driver: DRIVER,
  tool: TOOL,

  inspect,
  loadDriver,

  arguments(step: StepOf<'edu'>, node: string): string[] {
    return [
      ...['-m', MODE_LETTERS[step.mode]],
      ...['-s', `0x${step.size.toString(16)}`],
      ...['-n', String(step.transactions)],
      ...(step.offset === 0 ? [] : ['-o', `0x${step.offset.toString(16)}`]),
      ...(step.seed === null ? [] : ['-g', `0x${step.seed.toString(16)}`]),
      '-c',
      node,
    ];
  },

  judge: (step: StepOf<'edu'>, run: ToolRun) => judgeRun(TOOL, run, promiseOf(step), step.timeout_ms),

  ownsInterruptLine: (line: string, bdf: string) => line.endsWith(` ${bdf}`),
};
