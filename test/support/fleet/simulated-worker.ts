import { existsSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { connect, parseQueueUrl, readKey } from '@coordinator/fleet';
import { makeLimits } from '@coordinator/life';
import { ReporterSet } from '@coordinator/reporter';
import { FleetWorker } from '../../../packages/host/src/fleet/index.ts';
import { testDefaults } from '../../../packages/host/src/session/options.ts';
import { readOptions, readPlan } from '../../../packages/host/src/session/run-job.ts';
import { runSession } from '../../../packages/host/src/session/session.ts';
import { version } from '../../../packages/host/src/version.ts';
import { run } from '../../../packages/runner/src/run/index.ts';
import { ScriptedPlatform } from '../../../packages/runner/src/testing/scripted-platform.ts';

/**
 * A worker whose guests are scripts: their agents write real frames into real shares, and there is no VMM. For tests of a
 * fleet, and its load. Guests wait until the file HOLD is gone, if it is given.
 */
const { NAME = 'simulated', URL_OF_QUEUE = '', ROOM = '4', RUNS = '', HOLD = '' } = process.env;

const room = Number(ROOM);
const say = (sentence: string) => void process.stderr.write(`${sentence}\n`);

/** Looks often: what holds guests back is a file of the test. */
const released = (): Promise<void> =>
  new Promise((go) => {
    const look = () => (HOLD !== '' && existsSync(HOLD) ? setTimeout(look, 20) : go());
    look();
  });

const client = await connect(parseQueueUrl(URL_OF_QUEUE));
const worker = new FleetWorker({
  ...{ client, key: readKey(undefined), host: NAME, room, coordinator: version, say },
  facts: () => ({
    ...{ platform: 'virtual', architecture: 'arm64', kernel: 'simulated', vmms: ['qemu'], functions: {} },
    ...{ cores: availableParallelism(), memory_mib: 1 << 20, memory_free_mib: 1 << 20, labels: [NAME] },
  }),
  runJob: async (job, { interrupt, onEvent, onFolder }) => {
    const plan = readPlan(job);
    const { kernel = [], initrd } = await readOptions(job, {
      client,
      runs: RUNS,
      files: join(RUNS, 'fleet-files'),
    });
    for (const file of [...kernel, ...(initrd === undefined ? [] : [initrd])])
      say(`${job.id}: ${file.slice(RUNS.length + 1)} has ${statSync(file).size} bytes`);
    const caller = {
      ...{ interrupt, listeners: [onEvent], command: [], warn: say, onLabStage: () => {}, onServe: () => {} },
      openReporters: async () => new ReporterSet([], () => {}),
      setUpListener: () => ({ show: () => {}, note: () => {}, end: () => {} }),
      onRun: (id: string) => onFolder(join(resolve(RUNS), id)),
    };
    const members = job.guests.map(({ id, seed }) => ({ id, seed, parts: {}, kernel: null }));
    await runSession(
      { ...testDefaults, runs: RUNS },
      caller,
      async () => (context, log) =>
        run({
          ...context,
          ...{ members, plan, guests: members.length, coordinatorVersion: version, keep: false },
          ...{ kernel: '', initrd: '', kernelArguments: [], kit: '', cpus: 1, memoryMiB: 128 },
          ...{ channel: 'file', start: 'cold' },
          platform: new ScriptedPlatform(plan, () => ({
            console: 'Linux version 6.12\n',
            ...(HOLD === '' ? {} : { waits: released }),
          })),
          limits: makeLimits({
            ...{ guestCpus: room, hostCpus: 1, emulatedHost: true, totalMs: job.options.timeout },
          }),
          listeners: [log.append, ...context.listeners],
        }),
      plan,
    );
  },
});
process.on('SIGTERM', () => worker.drain());
process.stdin.on('end', () => process.exit()).resume();
await worker.run();
client.disconnect();
process.stdin.destroy();
