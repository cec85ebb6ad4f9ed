import {
  type ExerciserStep,
  isProgram,
  type ProgramStep,
  promiseOf,
  type TestStep,
} from '@coordinator/shared/exerciser';
import { messageLimits } from '@coordinator/shared/message/protocol';
import { exercisers, type MovingDevice } from '../exerciser/index.ts';
import { runProgram } from '../program/run-program.ts';
import { clip } from '../system/text.ts';
import { KitTool } from '../tool/kit-tool.ts';
import type { Stage, StageContext } from './context.ts';
import { interruptsAfterTest } from './interrupts.ts';

/** Runs every step of the job; a step that fails does not keep the next from running. */
export const tests: Stage = {
  name: 'tests',
  async run(context) {
    const { runtime, system, kit, job, node, probed } = context;
    context.due = 0;
    if (!probed) {
      for (const step of job.tests) {
        skip(context, step);
        await interruptsAfterTest(context, step.name);
      }
      return;
    }
    const exerciser = exercisers[job.exerciser];
    const makeTool = (name: string) =>
      new KitTool(runtime.processes, system, kit, name, messageLimits.output);
    // A plan of programs alone needs none.
    let tool: KitTool | null = null;
    for (const [index, step] of job.tests.entries()) {
      await context.channel.room();
      if (isProgram(step)) await runProgramStep(context, step, index + 1);
      else if (exerciser.tool === null || node === null) throw new Error(`nothing does ${step.mode}`);
      else {
        tool ??= makeTool(exerciser.tool);
        await runStep(context, exerciser, tool, step, node);
      }
      await interruptsAfterTest(context, step.name);
    }
  },
};

async function runStep(
  context: StageContext,
  exerciser: MovingDevice,
  tool: KitTool,
  step: ExerciserStep,
  node: string,
): Promise<void> {
  const { channel, runtime, system } = context;
  channel.send({ type: 'test-begin', name: step.name, limit_ms: step.timeout_ms });
  const started = runtime.clock.now();
  const commandsBefore = exerciser.countCommands?.(system, node) ?? 0;
  const { overlaps } = promiseOf(step);
  const run = await tool.run(exerciser.arguments(step, system.path(node)), step.timeout_ms, overlaps);
  const problem = exerciser.judge(step, run);
  const commands = exerciser.countCommands?.(system, node);
  const { results } = run;
  // After a test that failed, what it should have raised is not known.
  if (problem === null) context.due += leastInterrupts(step, context.vectors);
  channel.send({
    type: 'test-end',
    name: step.name,
    outcome: problem === null ? 'pass' : 'fail',
    transactions: results.total,
    misconfigured: results.misconfigured,
    aborted: results.aborted,
    ...(commands === undefined ? {} : { commands: commands - commandsBefore }),
    duration_ms: runtime.clock.now() - started,
    message: problem === null ? null : clip(problem, messageLimits.line),
    output: problem === null ? null : run.output,
    transaction_us: results.durations(),
    latency_us: results.latency().map(([us, count]): [number, number] => [us, count]),
  });
}

async function runProgramStep(context: StageContext, step: ProgramStep, number: number): Promise<void> {
  const { channel, runtime } = context;
  const { name, timeout_ms } = step;
  channel.send({ type: 'test-begin', name, limit_ms: timeout_ms });
  const started = runtime.clock.now();
  const { outcome, message, output, report } = await runProgram(context, step, number);
  if (outcome === 'pass') context.due += leastInterrupts(step, context.vectors);
  channel.send({
    ...{ type: 'test-end', name, outcome, ...nothingMoved },
    duration_ms: runtime.clock.now() - started,
    message: message === null ? null : clip(message, messageLimits.line),
    output: outcome === 'pass' ? null : output,
    program: { ...report, subtests: [...report.subtests] },
  });
}

/** What a test says of transactions that had none. */
const nothingMoved = { transactions: 0, misconfigured: 0, aborted: 0, transaction_us: null, latency_us: [] };

/** What a test that passed must have raised: of overlapping transactions, one on each vector that they took. */
function leastInterrupts(step: TestStep, vectors: number): number {
  const { interrupts, overlaps } = promiseOf(step);
  if (interrupts === null) return 0;
  return overlaps ? Math.min(interrupts.max, vectors) : interrupts.min;
}

function skip({ channel }: StageContext, { name, timeout_ms }: TestStep): void {
  channel.send({ type: 'test-begin', name, limit_ms: timeout_ms });
  channel.send({
    type: 'test-end',
    name,
    outcome: 'skip',
    ...nothingMoved,
    duration_ms: 0,
    message: 'probe failed',
    output: null,
  });
}
