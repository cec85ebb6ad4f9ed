import type { Readable, Writable } from 'node:stream';
import { LineSplitter } from '../../console/index.ts';
import type { ProcessMarker } from '../../process/index.ts';
import { startVmmChild, type VmmChild } from '../child.ts';
import type { Vmm, VmmExit } from '../vmm.ts';
import { type LkvmMachine, lkvmArguments } from './arguments.ts';
import { removeLkvmSocket } from './instance.ts';
import { MergedConsole } from './merged-console.ts';
import { type LkvmInstance, LkvmListener, parseLkvmList } from './output.ts';
import { noTerminal, onTerminal } from './terminal.ts';

const STOP_MS = 2000;

/** Starts a guest under kvmtool. @throws CoordinatorError when the program cannot be started. */
export async function startLkvm(program: string, machine: LkvmMachine, marker: ProcessMarker): Promise<Vmm> {
  const command = [program, ...lkvmArguments(machine)];
  const child = await (machine.takesInput
    ? startVmmChild(onTerminal(machine.terminal ?? null, command), [], marker, machine).catch(
        (error: unknown) => {
          throw noTerminal(error);
        },
      )
    : startVmmChild(command, [], marker, machine));
  return new LkvmVmm(program, machine.instance, child);
}

/** The guests that kvmtool itself knows of. */
export async function listLkvm(program: string): Promise<LkvmInstance[]> {
  const { execa } = await import('execa');
  const { stdout } = await execa(program, ['list'], { reject: false, timeout: STOP_MS });
  return parseLkvmList(stdout ?? '');
}

class LkvmVmm implements Vmm {
  readonly pid: number;
  readonly command: readonly string[];
  readonly start = 'cold';
  readonly console: Readable;
  readonly consoleInput: Writable;
  readonly exited: Promise<VmmExit>;
  readonly #program: string;
  readonly #instance: string;
  readonly #child: VmmChild;
  readonly #listener = new LkvmListener();

  constructor(program: string, instance: string, child: VmmChild) {
    this.pid = child.pid;
    this.command = child.command;
    this.#program = program;
    this.#instance = instance;
    this.#child = child;
    this.consoleInput = child.stdin;
    const both = new MergedConsole();
    this.console = both.stream;
    const { stdout, stderr } = child;
    const heard = [
      listen(stdout, (line) => this.#listener.onConsoleLine(line)),
      listen(stderr, (line) => {
        this.#listener.onErrorLine(line);
        both.own(line);
      }),
    ];
    stdout.on('data', (chunk: Buffer) => {
      if (!both.guest(chunk, () => stdout.resume())) stdout.pause();
    });
    void Promise.all(heard).then(() => both.end());
    this.exited = Promise.all([child.exited, ...heard]).then(([status]) => this.#describeExit(status));
  }

  /** Asks `lkvm stop` first, so that kvmtool removes its socket; what does not hear is killed. */
  async stop(): Promise<void> {
    const { execa } = await import('execa');
    await execa(this.#program, ['stop', '--name', this.#instance], {
      reject: false,
      timeout: STOP_MS,
      stdio: 'ignore',
    });
    const gone = this.exited.then(() => true);
    const late = new Promise<false>((resolve) => setTimeout(() => resolve(false), STOP_MS).unref());
    if (!(await Promise.race([gone, late]))) this.#child.kill();
    await this.exited;
    removeLkvmSocket(this.#instance);
  }

  /** kvmtool's status says nothing about the guest; what it printed does. */
  #describeExit(status: { code: number | null; signal: string | null }): VmmExit {
    const { endedNormally, errors } = this.#listener.said;
    return {
      ...status,
      guestRequest: endedNormally ? 'shutdown' : null,
      complaint: errors.join('\n'),
    };
  }
}

/** Hands on the lines of a stream. Resolves at its end. */
function listen(from: Readable, onLine: (line: string) => void): Promise<void> {
  const lines = new LineSplitter();
  from.on('data', (chunk: Buffer) => {
    for (const line of lines.push(chunk)) onLine(line);
  });
  return new Promise((resolve) => {
    from.once('close', () => {
      for (const line of lines.end()) onLine(line);
      resolve();
    });
  });
}
