import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { userInfo } from 'node:os';

/** Where ip(8) is, which a user's $PATH often lacks. */
const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` };

/**
 * Network namespaces of this machine: one for whoever starts runs and the server, and one for each host, which reaches nothing but
 * that, over a link of its own. They last as long as this process.
 */
export class Networks {
  readonly #hub: Namespace;
  readonly #hosts = new Map<string, Namespace>();

  private constructor(hub: Namespace) {
    this.#hub = hub;
  }

  /** @throws what says why they cannot be made here */
  static async make(hosts: readonly string[]): Promise<Networks> {
    const networks = new Networks(await Namespace.make(null));
    try {
      await networks.#connect(hosts);
      return networks;
    } catch (error) {
      networks.close();
      throw error;
    }
  }

  /** What to put before a command that is to run beside the server. */
  get hub(): readonly string[] {
    return this.#hub.enter;
  }

  /** What to put before a command that is to run on a host. */
  host(name: string): readonly string[] {
    return this.#hosts.get(name)?.enter ?? [];
  }

  /** The address at which a host sees the server. */
  addressFor(host: string): string {
    return `10.77.${this.#number(host)}.1`;
  }

  /** Takes the link of a host down: nothing gets through, and no end of a connection is told. */
  cut(host: string): void {
    this.#hub.ip('link', 'set', `to-${host}`, 'down');
  }

  mend(host: string): void {
    this.#hub.ip('link', 'set', `to-${host}`, 'up');
  }

  close(): void {
    for (const namespace of [...this.#hosts.values(), this.#hub]) namespace.leave();
  }

  async #connect(hosts: readonly string[]): Promise<void> {
    this.#hub.ip('link', 'set', 'lo', 'up');
    for (const host of hosts) {
      const far = await Namespace.make(this.#hub);
      this.#hosts.set(host, far);
      const [near, number] = [`to-${host}`, this.#number(host)];
      this.#hub.ip('link', 'add', near, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(far.pid));
      for (const [side, link, end] of [
        [this.#hub, near, 1],
        [far, 'eth0', 2],
      ] as const) {
        side.ip('address', 'add', `10.77.${number}.${end}/30`, 'dev', link);
        side.ip('link', 'set', link, 'up');
      }
      far.ip('link', 'set', 'lo', 'up');
    }
  }

  #number(host: string): number {
    return [...this.#hosts.keys()].indexOf(host) + 1;
  }
}

/** A namespace, and the process that keeps it. */
class Namespace {
  readonly #keeper: ChildProcess;

  private constructor(keeper: ChildProcess) {
    this.#keeper = keeper;
  }

  /** @param beside a namespace that it can be connected with; whoever is not root has rights in namespaces of users alone */
  static async make(beside: Namespace | null): Promise<Namespace> {
    const unshare = ['unshare', ...(isRoot || beside ? ['--net'] : ['--map-root-user', '--net'])];
    const [program = '', ...args] = [...(beside?.enter ?? []), ...unshare];
    // It ends with this process: then its input does.
    const keeper = spawn(program, [...args, 'sh', '-c', 'echo here; exec cat'], { env });
    let complaint = '';
    keeper.stderr.on('data', (chunk: Buffer) => {
      complaint += chunk.toString('utf8');
    });
    const gone = once(keeper, 'close').then(() => Promise.reject(new Error(complaint.trim())));
    await Promise.race([once(keeper.stdout, 'data'), gone]);
    gone.catch(() => {});
    return new Namespace(keeper);
  }

  get pid(): number {
    return this.#keeper.pid ?? 0;
  }

  get enter(): readonly string[] {
    const users = isRoot ? [] : ['--user', '--preserve-credentials'];
    return ['nsenter', `--target=${this.pid}`, ...users, '--net'];
  }

  ip(...args: readonly string[]): void {
    const [program = '', ...enter] = this.enter;
    execFileSync(program, [...enter, 'ip', ...args], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  leave(): void {
    this.#keeper.stdin?.end();
  }
}

const isRoot = userInfo().uid === 0;
