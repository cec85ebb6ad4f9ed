import { promiseOf, type StepOf } from '@coordinator/shared/exerciser';
import type { ToolRun } from './kit-tool.ts';
import { judgeRun } from './verdict.ts';

/** A step of an exerciser whose tool writes a pattern and reads it back: see native/exerciser/common/move.h. */
type MoveStep = StepOf<'edu'> | StepOf<'nvme'>;

/** What such a tool is told: how it moves, how much, how often, from where, and that it is to compare. */
export function moveArguments(
  letters: string,
  { size, transactions, offset, seed }: MoveStep,
  node: string,
): string[] {
  return [
    ...['-m', letters],
    ...['-s', `0x${size.toString(16)}`],
    ...['-n', String(transactions)],
    ...(offset === 0 ? [] : ['-o', `0x${offset.toString(16)}`]),
    ...(seed === null ? [] : ['-g', `0x${seed.toString(16)}`]),
    '-c',
    node,
  ];
}

/** @returns null when the test passed, else why not, in one sentence. */
export function judgeMove(tool: string, step: MoveStep, run: ToolRun): string | null {
  return judgeRun(tool, run, promiseOf(step), step.timeout_ms);
}
