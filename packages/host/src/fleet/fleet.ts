import { setTimeout as sleep } from 'node:timers/promises';
import { CoordinatorError } from '@coordinator/base/errors';
import {
  connect,
  type Demand,
  type FleetAccess,
  type FleetClient,
  type FleetKey,
  HostWatch,
  JobSender,
  readHosts,
  whyNot,
} from '@coordinator/fleet';

/** Time in which a host that lives is heard: it speaks twice a second. */
const LISTEN_MS = 3000;
const LOOK_MS = 200;

export interface FleetOptions extends FleetAccess {
  readonly demand: Demand;
  /** A host of which nothing is heard for so long is lost, with what it has. */
  readonly lostAfterMs: number;
  /** What was heard of its hosts before; else they are heard one after the other, and the first is filled. */
  readonly watch?: HostWatch;
}

/** A connection to a fleet, for one run. */
export class Fleet {
  readonly client: FleetClient;
  readonly key: FleetKey;
  readonly demand: Demand;
  readonly watch: HostWatch;
  readonly sender: JobSender;
  readonly lostAfterMs: number;

  private constructor(client: FleetClient, { key, demand, lostAfterMs, watch }: FleetOptions) {
    this.client = client;
    this.key = key;
    this.demand = demand;
    this.lostAfterMs = lostAfterMs;
    this.watch = watch ?? new HostWatch(key, lostAfterMs);
    this.sender = new JobSender(client);
  }

  /** @throws CoordinatorError when its queue cannot be reached. */
  static async open(options: FleetOptions): Promise<Fleet> {
    return new Fleet(await connect(options.address), options);
  }

  /**
   * Listens until a host is heard that could take guests, and to all that can be heard at once.
   * @throws CoordinatorError when there is none, with why none of them can.
   */
  async requireHosts(signal: AbortSignal): Promise<void> {
    const deadline = performance.now() + LISTEN_MS;
    for (;;) {
      this.watch.look(await readHosts(this.client), performance.now());
      const { hosts } = this.watch;
      const able = hosts.filter(
        ({ alive, announcement }) => alive && whyNot(announcement, this.demand) === null,
      );
      const isLate = performance.now() >= deadline;
      const areAllHeard = hosts.length > 0 && hosts.every(({ alive }) => alive);
      if (able.length > 0 && (isLate || areAllHeard)) return;
      if (isLate || (areAllHeard && able.length === 0)) throw this.#noHost();
      await sleep(LOOK_MS, undefined, { signal });
    }
  }

  async close(): Promise<void> {
    // A server that is gone keeps nobody.
    await Promise.race([this.sender.close().catch(() => {}), sleep(1000, undefined, { ref: false })]);
    this.client.disconnect();
  }

  #noHost(): CoordinatorError {
    const { hosts, refused } = this.watch;
    const reasons = [
      ...hosts.map(
        ({ alive, announcement }) =>
          `${announcement.host}: ${alive ? whyNot(announcement, this.demand) : 'nothing is heard of it'}`,
      ),
      ...[...refused].map(([host, why]) => `${host}: ${why}`),
    ];
    const why = reasons.length === 0 ? 'it has none' : reasons.slice(0, 8).join('; ');
    return new CoordinatorError(`no host of the fleet can take guests of this run: ${why}`, {
      remedy: 'coordinator worker makes a host one of the fleet; coordinator fleet shows all of them',
    });
  }
}
