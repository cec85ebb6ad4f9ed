import { promiseOf, type TestStep } from '@coordinator/shared/exerciser';
import { messageLimits } from '@coordinator/shared/message/protocol';
import { type Exerciser, exercisers } from '../exerciser/index.ts';
import { clip } from '../system/text.ts';
import { KitTool } from '../tool/kit-tool.ts';
import type { Stage, StageContext } from './context.ts';
import { interruptsAfterTest } from './interrupts.ts';

/** Runs every step of the job; a step that fails does not keep the next from running. */
export const tests: Stage = {
  name: 'tests',
  async run(context) {
    const { runtime, system, kit, job, node } = context;
    context.due = 0;
    if (node === null) {
      for (const step of job.tests) {
        skip(context, step);
        await interruptsAfterTest(context, step.name);
      }
      return;
    }
    const exerciser = exercisers[job.exerciser];
    const tool = new KitTool(runtime.processes, system, kit, exerciser.tool, messageLimits.output);
    for (const step of job.tests) {
      await context.channel.room();
      await runStep(context, exerciser, tool, step, node);
      await interruptsAfterTest(context, step.name);
    }
  },
};

async function runStep(
  context: StageContext,
  exerciser: Exerciser,
  tool: KitTool,
  step: TestStep,
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
    transactions: 0,
    misconfigured: 0,
    aborted: 0,
    duration_ms: 0,
    message: 'probe failed',
    output: null,
    transaction_us: null,
    latency_us: [],
  });
}
