import { promiseOf, type StepOf } from '@coordinator/shared/exerciser';
import type { ToolRun } from './kit-tool.ts';
import { judgeRun } from './verdict.ts';

/** A step of an exerciser whose tool writes a pattern and reads it back: see native/exerciser/common/move.h. */
type MoveStep = StepOf<'edu'> | StepOf<'nvme'>;

/** An exerciser's part that is about such a tool; `letters` are its words for the modes of a step. */
export const moveTool = <Step extends MoveStep>(tool: string, letters: Record<Step['mode'], string>) => ({
  tool,
  arguments: (step: Step, node: string) => moveArguments(letters[step.mode as Step['mode']], step, node),
  judge: (step: Step, run: ToolRun) => judgeRun(tool, run, promiseOf(step), step.timeout_ms),
});

/** How it moves, how much, how often, from where, and that it is to compare. */
function moveArguments(
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
