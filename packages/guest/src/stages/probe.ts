import { messageLimits } from '@coordinator/shared/message/protocol';
import { exercisers, findExerciser } from '../exerciser/index.ts';
import { clip } from '../system/text.ts';
import type { Stage } from './context.ts';

const TEST_NAME = 'probe';
/** The driver is loaded, and everything has settled. */
const LIMIT_MS = 15_000;

/** Checks that the exerciser, its driver and its device file are there, which is a test of its own. */
export const probe: Stage = {
  name: 'probe',
  async run(context) {
    const { channel, system, runtime, kit, job } = context;
    const { clock } = runtime;
    channel.send({ type: 'test-begin', name: TEST_NAME, limit_ms: LIMIT_MS });
    const started = clock.now();
    const exerciser = exercisers[job.exerciser];
    const found = await findExerciser(exerciser, system, clock, kit, job.device);
    const { bdf, driver, node, problem } = found;
    context.probed = problem === null;
    context.node = node;
    context.bdf = bdf;
    channel.send({ type: 'device', bdf, driver, node });
    channel.send({
      type: 'test-end',
      name: TEST_NAME,
      outcome: problem === null ? 'pass' : 'fail',
      transactions: 0,
      misconfigured: 0,
      aborted: 0,
      duration_ms: clock.now() - started,
      message: problem === null ? null : clip(problem, messageLimits.line),
      output: null,
      transaction_us: null,
      latency_us: [],
    });
  },
};
