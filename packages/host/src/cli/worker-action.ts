import { hostname } from 'node:os';
import { join } from 'node:path';
import { usageError } from '@coordinator/base/errors';
import { cacheFolder } from '@coordinator/base/user';
import {
  connect,
  describeAddress,
  findFault,
  KEY_VARIABLE,
  LABEL,
  MAX_LABELS,
  NAME,
  PASSWORD_VARIABLE,
} from '@coordinator/fleet';
import { recoverBindings, recoverDeadRuns } from '@coordinator/runner/recovery';
import { defaultExerciser } from '@coordinator/shared/plan';
import { exitCodes } from '@coordinator/shared/report/exit-code';
import { requireBuiltFiles } from '../files.ts';
import { FleetWorker } from '../fleet/index.ts';
import { choosePlatform } from '../session/choose-platform.ts';
import { hostFacts } from '../session/host-facts.ts';
import { testJobs } from '../session/jobs.ts';
import { readQueue } from '../session/open-queue.ts';
import { MAX_GUESTS, testDefaults } from '../session/options.ts';
import { prepareFiles } from '../session/prepare-files.ts';
import { jobRunner } from '../session/run-job.ts';
import { version } from '../version.ts';
import { killProcessesOf } from './interrupt.ts';
import { tell } from './print.ts';
import { showSetUp } from './progress.ts';

export interface WorkerCommandOptions {
  readonly queue?: string;
  readonly key?: string;
  readonly name?: string;
  readonly label?: readonly string[];
  readonly jobs?: number;
  readonly runs: string;
  readonly cache?: string;
  readonly color: boolean;
}

const say = (sentence: string) => tell(`coordinator: ${sentence}\n`);

export async function work(options: WorkerCommandOptions): Promise<number> {
  requireBuiltFiles();
  const { name = hostname(), label = [], runs, cache, color } = options;
  if (!NAME.test(name))
    throw usageError(
      `the host cannot be called "${name}" in a fleet`,
      'give letters, digits, ".", "_" and "-" with --name',
    );
  const badLabel = label.find((one) => !LABEL.test(one));
  if (badLabel !== undefined || label.length > MAX_LABELS)
    throw usageError(
      `--label ${badLabel ?? ''}: this is no label`,
      `give up to ${MAX_LABELS} of letters, digits, ".", "_", "=" and "-"`,
    );
  const { address, key } = readQueue(options);
  // Nothing that it starts gets to see them.
  for (const secret of [KEY_VARIABLE, PASSWORD_VARIABLE]) delete process.env[secret];
  // What a worker that was killed has left is given back before this one says what there is.
  for (const { summary } of [...(await recoverDeadRuns()), ...(await recoverBindings())]) say(summary);
  const platform = choosePlatform(testDefaults, { exerciser: defaultExerciser });
  const setUp = showSetUp(color, new AbortController().signal);
  if (platform === 'virtual') await prepareFiles(cache === undefined ? {} : { cache }, setUp);
  const room = testJobs(MAX_GUESTS, options.jobs);
  const client = await connect(address);
  const fault = await findFault(client);
  if (fault !== null) say(fault);
  const active = new Set<string>();
  const worker = new FleetWorker({
    ...{ client, key, host: name, room, coordinator: version, say },
    facts: () => hostFacts(platform === 'host' ? 'host' : 'virtual', label),
    runJob: jobRunner({
      ...{ client, room, runs },
      ...(cache === undefined ? {} : { cache }),
      files: join(cache ?? cacheFolder(), 'fleet-files'),
      setUp: { setUpListener: setUp.setUpListener, warn: say },
      onRun: (run) => active.add(run),
    }),
  });
  const removeHandlers = handleSignals(worker, active);
  try {
    say(`host ${name}: up to ${room} guests, platform ${platform}, queue ${describeAddress(address)}`);
    await worker.run();
    say('the worker has ended');
    return exitCodes.passed;
  } finally {
    removeHandlers();
    client.disconnect();
  }
}

/** The first signal drains the worker, the second ends its guests in order, the third at once. */
function handleSignals(worker: FleetWorker, runs: ReadonlySet<string>): () => void {
  let count = 0;
  const onSignal = () => {
    count += 1;
    if (count === 1) {
      say('taking no more guests (once more: ending those that run)');
      worker.drain();
    } else if (count === 2) {
      say('ending the guests (once more: at once)');
      worker.stop();
    } else {
      for (const run of runs) killProcessesOf(run);
      process.exit(exitCodes.interrupted);
    }
  };
  const signals = ['SIGTERM', 'SIGINT'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  // A terminal that goes takes no worker with it.
  const ignore = () => {};
  process.on('SIGHUP', ignore);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
    process.off('SIGHUP', ignore);
  };
}
