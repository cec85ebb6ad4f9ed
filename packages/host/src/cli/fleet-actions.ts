import { setTimeout as sleep } from 'node:timers/promises';
import { CoordinatorError } from '@coordinator/base/errors';
import {
  BEAT_MS,
  connect,
  describeAddress,
  type FleetClient,
  type FleetKey,
  giveOrder,
  type HostState,
  HostWatch,
  readHosts,
} from '@coordinator/fleet';
import { startLocalQueue, stopLocalQueue } from '@coordinator/fleet/queue-server';
import { exitCodes } from '@coordinator/shared/report/exit-code';
import { readQueue } from '../session/open-queue.ts';
import type { QueueOptions } from '../session/options.ts';
import { prepareValkey } from '../session/prepare-files.ts';
import { interruptible } from './interrupt.ts';
import { print, printJson, tell } from './print.ts';
import { showSetUp } from './progress.ts';
import { renderTable } from './table.ts';

export interface FleetCommandOptions extends QueueOptions {
  readonly json: boolean;
}

/** In which a host that lives is heard, several times. */
const LISTEN_MS = 4 * BEAT_MS;

export async function up(options: { readonly cache?: string; readonly color: boolean }): Promise<number> {
  return interruptible(async (interrupt) => {
    const setUp = showSetUp(options.color, interrupt);
    const { address, folder, wasUp } = await startLocalQueue(() => prepareValkey(options, setUp), interrupt);
    tell(
      `the queue is up${wasUp ? ' already' : ''}: ${describeAddress(address)}, kept in ${folder.path}\n` +
        `  password ${folder.passwordFile}\n  key      ${folder.keyFile}\n` +
        '  → coordinator worker --queue local makes this machine a host of its fleet\n' +
        '  → coordinator test --queue local runs guests on all of them\n',
    );
    return exitCodes.passed;
  });
}

export async function down(): Promise<number> {
  tell((await stopLocalQueue()) ? 'the queue is down; what is in it is kept\n' : 'no queue is up\n');
  return exitCodes.passed;
}

export async function list(options: FleetCommandOptions): Promise<number> {
  const { hosts, refused } = await withFleet(options, ({ watch }) => watch);
  const named = [...hosts].sort((a, b) =>
    a.announcement.host.localeCompare(b.announcement.host, 'en', { numeric: true }),
  );
  if (options.json) {
    const rows = named.map((one) => ({ ...one.announcement, state: stateOf(one) }));
    printJson(rows);
  } else if (named.length === 0) {
    tell('the fleet has no host\n  → coordinator worker makes a machine one of them\n');
  } else print(renderTable(HEADING, named.map(rowOf)));
  for (const [host, why] of refused) tell(`coordinator: the host ${host} is refused: ${why}\n`);
  return named.some(({ alive }) => alive) ? exitCodes.passed : exitCodes.unavailable;
}

export async function drain(host: string, options: FleetCommandOptions): Promise<number> {
  await withFleet(options, async ({ client, key, watch }) => {
    const state = watch.host(host);
    if (!state?.alive)
      throw new CoordinatorError(
        state ? `nothing is heard of the host ${host}` : `the fleet has no host ${host}`,
        { remedy: 'coordinator fleet shows those that it has' },
      );
    await giveOrder(client, key, { order: 'drain', host, session: state.announcement.session });
  });
  tell(`${host} takes no more guests, and ends with those that it has\n`);
  return exitCodes.passed;
}

const HEADING = ['HOST', 'STATE', 'GUESTS', 'PLATFORM', 'CORES', 'MEMORY', 'FUNCTIONS', 'LABELS', 'VERSION'];

function rowOf(one: HostState): string[] {
  const { host, guests, room, platform, cores, memory_free_mib, functions, labels, coordinator } =
    one.announcement;
  const free = Object.entries(functions).flatMap(([name, count]) => (count > 0 ? [`${count} ${name}`] : []));
  return [
    ...[host, stateOf(one), `${guests} of ${room}`, platform, String(cores), `${memory_free_mib} MiB free`],
    ...[free.join(', ') || '-', labels.join(', ') || '-', coordinator],
  ];
}

function stateOf({ alive, announcement: { state, guests } }: HostState): string {
  if (!alive) return 'lost';
  if (state === 'draining') return 'draining';
  return guests > 0 ? 'busy' : 'free';
}

interface Listened {
  readonly client: FleetClient;
  readonly key: FleetKey;
  readonly watch: HostWatch;
}

async function withFleet<Result>(
  options: QueueOptions,
  use: (fleet: Listened) => Promise<Result> | Result,
): Promise<Result> {
  const { address, key } = readQueue(options);
  const client = await connect(address);
  // Whoever looks does not wait for a server that is gone, as a run does.
  const lost = new Promise<never>((_, reject) => {
    client.once('close', () =>
      reject(
        new CoordinatorError('the queue was lost while it was asked', {
          remedy: 'see that its server runs, and ask again',
        }),
      ),
    );
  });
  lost.catch(() => {});
  const look = async (): Promise<Result> => {
    const watch = new HostWatch(key, LISTEN_MS);
    const deadline = performance.now() + LISTEN_MS;
    do {
      watch.look(await readHosts(client), performance.now());
      const areAllHeard = watch.hosts.length > 0 && watch.hosts.every(({ alive }) => alive);
      if (areAllHeard) break;
      await sleep(BEAT_MS / 4);
    } while (performance.now() < deadline);
    return use({ client, key, watch });
  };
  try {
    return await Promise.race([look(), lost]);
  } finally {
    client.disconnect();
  }
}
