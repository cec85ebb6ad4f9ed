import { messageLimits } from '@coordinator/shared/message/protocol';
import type { TestStep } from '@coordinator/shared/plan/job';
import { type Exerciser, exercisers } from '../exerciser/index.ts';
import { clip } from '../system/text.ts';
import { KitTool } from '../tool/kit-tool.ts';
import type { Stage, StageContext } from './context.ts';

/** Runs every step of the job; a step that fails does not keep the next from running. */
export const tests: Stage = {
  name: 'tests',
  async run(context) {
    const { runtime, system, kit, job, node } = context;
    if (node === null) {
      for (const step of job.tests) skip(context, step);
      return;
    }
    const exerciser = exercisers[job.exerciser];
    const tool = new KitTool(runtime.processes, system, kit, exerciser.tool, messageLimits.output);
    for (const step of job.tests) {
      await context.channel.room();
      await runStep(context, exerciser, tool, step, node);
    }
  },
};

async function runStep(
  { channel, runtime, system }: StageContext,
  exerciser: Exerciser,
  tool: KitTool,
  step: TestStep,
  node: string,
): Promise<void> {
  channel.send({ type: 'test-begin', name: step.name, limit_ms: step.timeout_ms });
  const started = runtime.clock.now();
  const commandsBefore = exerciser.countCommands?.(system, node) ?? 0;
  const run = await tool.run(exerciser.arguments(step, system.path(node)), step.timeout_ms);
  const problem = exerciser.judge(step, run);
  const commands = exerciser.countCommands?.(system, node);
  channel.send({
    type: 'test-end',
    name: step.name,
    outcome: problem === null ? 'pass' : 'fail',
    transactions: run.results.total,
    misconfigured: run.results.misconfigured,
    ...(commands === undefined ? {} : { commands: commands - commandsBefore }),
    duration_ms: runtime.clock.now() - started,
    message: problem === null ? null : clip(problem, messageLimits.line),
    output: problem === null ? null : run.output,
    transaction_us: run.results.durations(),
  });
}

function skip({ channel }: StageContext, { name, timeout_ms }: TestStep): void {
  channel.send({ type: 'test-begin', name, limit_ms: timeout_ms });
  channel.send({
    type: 'test-end',
    name,
    outcome: 'skip',
    transactions: 0,
    misconfigured: 0,
    duration_ms: 0,
    message: 'probe failed',
    output: null,
    transaction_us: null,
  });
}
