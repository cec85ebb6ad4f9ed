import type { StepOf } from '@coordinator/shared/exerciser';
import type { ToolRun } from '../../tool/kit-tool.ts';
import type { MovingDevice } from '../exerciser.ts';
import { toolArguments } from './arguments.ts';
import { judge } from './judge.ts';
import { DRIVER, inspect, loadDriver } from './probe.ts';

/** Arm's SMMU test engine, driven by the `smmute` tool. */
export const smmute: MovingDevice = {
  driver: DRIVER,
  tool: 'smmute',
  inspect,
  loadDriver,
  arguments: (step: StepOf<'smmute'>, node: string) => toolArguments(step, node),
  judge: (step: StepOf<'smmute'>, run: ToolRun) => judge(step, run),
  ownsInterruptLine: (line: string, bdf: string) => line.endsWith(` ${bdf}`),
};
