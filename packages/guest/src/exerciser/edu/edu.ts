import type { StepOf } from '@coordinator/shared/exerciser';
import type { ToolRun } from '../../tool/kit-tool.ts';
import { judgeMove, moveArguments } from '../../tool/move-tool.ts';
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

  arguments: (step: StepOf<'edu'>, node: string) => moveArguments(MODE_LETTERS[step.mode], step, node),
  judge: (step: StepOf<'edu'>, run: ToolRun) => judgeMove(TOOL, step, run),

  ownsInterruptLine: (line: string, bdf: string) => line.endsWith(` ${bdf}`),
};
