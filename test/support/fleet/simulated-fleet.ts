import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readlinkSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { nodeOptions } from '../../../scripts/node-bundle.mjs';

/** @param root the checkout */
function programOf(root: string): string {
  return join(root, 'packages/host/dist/test/simulated-worker.js');
}

/** Bundles the simulated worker, once for all that are started; others who do so at the same time are not disturbed. */
export async function buildSimulatedWorker(root: string): Promise<void> {
  const entryPoints = [join(root, 'test/support/fleet/simulated-worker.ts')];
  const outfile = `${programOf(root)}.${process.pid}`;
  await build({ ...nodeOptions, entryPoints, outfile });
  renameSync(outfile, programOf(root));
}

export interface SimulatedWorkerOptions {
  readonly root: string;
  readonly name: string;
  /** Of the queue. */
  readonly url: string;
  readonly key: string;
  readonly password: string;
  readonly room?: number;
  /** What to run it with. */
  readonly launcher?: readonly string[];
  /** While there is such a file, guests wait. */
  readonly hold?: string;
}

/** A process of the simulated worker. */
export class SimulatedWorker {
  readonly name: string;
  readonly runs = mkdtempSync(join(tmpdir(), 'simulated-'));
  readonly #child: ChildProcess;
  #said = '';

  constructor(options: SimulatedWorkerOptions) {
    const { root, name, url, key, password, room = 4, hold = '', launcher = [] } = options;
    this.name = name;
    const [program = '', ...args] = [...launcher, process.execPath, programOf(root)];
    this.#child = spawn(program, args, {
      // It ends with whoever started it: then its input does.
      stdio: ['pipe', 'ignore', 'pipe'],
      env: {
        ...process.env,
        ...{ NAME: name, ROOM: String(room), RUNS: this.runs, HOLD: hold },
        URL_OF_QUEUE: url,
        COORDINATOR_FLEET_KEY: key,
        COORDINATOR_QUEUE_PASSWORD: password,
        // It brings nothing to be built.
        COORDINATOR_PACK: '/nowhere',
      },
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#said += chunk.toString('utf8');
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The network that it is in, as the kernel calls it. */
  get network(): string {
    return readlinkSync(`/proc/${this.pid}/ns/net`);
  }

  /** What it has written. */
  get said(): string {
    return this.#said;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const gone = this.hasEnded ? null : once(this.#child, 'close');
    this.#child.kill(signal);
    await gone;
    rmSync(this.runs, { recursive: true, force: true });
  }
}
