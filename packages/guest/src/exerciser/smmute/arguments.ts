import type { StepOf } from '@coordinator/shared/exerciser';

const MODE_LETTERS: Record<StepOf<'smmute'>['mode'], string> = {
  memcpy: 'm',
  rand48: 'r',
  sum64: 's',
  p2p: 'p',
};

/**
 * Arguments for the `smmute` tool. What a step leaves at the tool's own default is not said; that everything is
 * compared always is.
 */
export function toolArguments(step: StepOf<'smmute'>, device: string): string[] {
  return [
    '-m',
    MODE_LETTERS[step.mode],
    '-s',
    `0x${step.size.toString(16)}`,
    '-n',
    String(step.transactions),
    ...(step.repetitions === 1 ? [] : ['-r', String(step.repetitions)]),
    ...(step.offset === 0 ? [] : ['-o', `0x${step.offset.toString(16)}`]),
    ...(step.stride === 1 ? [] : ['--stride', String(step.stride)]),
    ...(step.depth === 1 ? [] : ['--depth', String(step.depth)]),
    ...(step.seed === null ? [] : ['-g', `0x${step.seed.toString(16)}`]),
    ...(step.fault === null ? [] : ['-f', step.fault]),
    '-c',
    device,
  ];
}
