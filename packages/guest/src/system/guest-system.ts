import type { Files, ProcessEnd, Runtime } from '../runtime/runtime.ts';
import { CANNOT_EXECUTE } from '../runtime/runtime.ts';
import { OutputTail } from './output-tail.ts';

/** Init may have no PATH, and busybox may have no links to it. */
export const PROGRAM_FOLDERS = ['/sbin', '/bin', '/usr/sbin', '/usr/bin'];
const BUSYBOX = '/bin/busybox';

const COMMAND_LIMIT_MS = 10_000;
const COMMAND_OUTPUT_BYTES = 4096;

export interface CommandResult {
  /** What it printed, the last of it. */
  readonly output: Uint8Array;
  /** Null when it exited with 0, else what it said or how it ended. */
  readonly problem: string | null;
}

/** The Linux system around the agent. `root` stands before every path of it, for trees made by tests. */
export class GuestSystem {
  readonly #runtime: Runtime;
  readonly #root: string;

  constructor(runtime: Runtime, root = '') {
    this.#runtime = runtime;
    this.#root = root;
  }

  get files(): Files {
    return this.#runtime.files;
  }

  path(absolute: string): string {
    return this.#root + absolute;
  }

  /** A file of /proc or /sys without the white space around it; null when it cannot be read. */
  read(absolute: string): string | null {
    try {
      return this.files.readText(this.path(absolute)).trim();
    } catch {
      return null;
    }
  }

  /** The last part of where a link points: a device's driver, for example. */
  linkName(absolute: string): string | null {
    const target = this.files.readLink(this.path(absolute));
    return target === null ? null : target.slice(target.lastIndexOf('/') + 1);
  }

  /** Milliseconds since the kernel started. */
  uptime(): number {
    return Math.round(Number.parseFloat(this.read('/proc/uptime') ?? '0') * 1000);
  }

  /** `uname -r` */
  kernelRelease(): string {
    return this.read('/proc/sys/kernel/osrelease') || 'unknown';
  }

  /** Runs a system program by its name. Never throws. */
  async command(
    name: string,
    args: readonly string[],
    outputBytes = COMMAND_OUTPUT_BYTES,
  ): Promise<CommandResult> {
    const output = new OutputTail(outputBytes);
    const { end, timedOut } = await this.#runtime.processes.run({
      command: [...this.find(name), ...args],
      limitMs: COMMAND_LIMIT_MS,
      onOutput(_, bytes) {
        output.push(bytes);
      },
    });
    if (timedOut) {
      return {
        output: output.bytes(),
        problem: `${name} took longer than ${COMMAND_LIMIT_MS / 1000} seconds`,
      };
    }
    return { output: output.bytes(), problem: describeFailure(name, end, output.text()) };
  }

  /** How a system program is called: its path, or busybox and its name. */
  find(name: string): [string, ...string[]] {
    for (const folder of PROGRAM_FOLDERS) {
      const path = this.path(`${folder}/${name}`);
      if (this.files.stat(path)?.executable) return [path];
    }
    return [this.path(BUSYBOX), name];
  }
}

function describeFailure(name: string, end: ProcessEnd, output: string): string | null {
  if (end.kind === 'exited' && end.status === 0) return null;
  const said = output.trim().split('\n').at(-1);
  if (said) return said;
  if (end.kind === 'lost') return `${name}: ${end.reason}`;
  if (end.kind === 'signalled') return `${name} was killed by ${end.signal}`;
  return end.status === CANNOT_EXECUTE
    ? `${name} cannot be executed`
    : `${name} exited with status ${end.status}`;
}
