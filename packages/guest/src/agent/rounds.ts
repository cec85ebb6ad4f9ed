import type { Stage, StageContext } from '../stages/context.ts';
import { interruptsAfter, interruptsBefore } from '../stages/interrupts.ts';
import { tests } from '../stages/tests.ts';
import type { QueuedCommand } from './commands.ts';

type RunCommand = Extract<QueuedCommand, { type: 'run' }>;

/** Runs the steps that the host sent, as a round of their own. */
export async function runRound(
  context: StageContext,
  { round, tests: steps }: RunCommand,
  enter: (stage: Stage['name']) => void,
): Promise<void> {
  const { channel, job } = context;
  const ofRound: StageContext = { ...context, job: { ...job, tests: steps } };
  channel.send({ type: 'round-begin', round });
  for (const stage of [interruptsBefore, tests, interruptsAfter]) {
    enter(stage.name);
    await stage.run(ofRound);
  }
  channel.send({ type: 'round-end', round });
}
