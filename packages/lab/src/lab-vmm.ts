import type { Socket } from 'node:net';
import { CoordinatorError } from '@coordinator/base/errors';
import { ConsoleCapture } from '@coordinator/machine/console';
import type { ProcessMarker } from '@coordinator/machine/process';
import {
  batchLauncher,
  connectControl,
  type QemuControl,
  qemuEnvironment,
  startVmmChild,
  untilConnected,
  type VmmChild,
  type VmmCommand,
} from '@coordinator/machine/vmm';

export interface LabVmmSetting {
  readonly qemu: VmmCommand;
  readonly marker: ProcessMarker;
  /** Where its console goes. */
  readonly consoleLog: string;
  onLine(line: string): void;
}

/** The QEMU of a lab, with the console of its machine. */
export class LabVmm {
  readonly pid: number;
  /** Resolves, with a sentence that says how, when it is gone and its console was seen to the end. */
  readonly ended: Promise<string>;
  readonly #child: VmmChild;
  readonly #gone = new AbortController();

  /** @throws CoordinatorError when the program cannot be started. */
  static async start(args: readonly string[], setting: LabVmmSetting): Promise<LabVmm> {
    const { qemu, marker } = setting;
    const options = { environment: qemuEnvironment, launcher: batchLauncher(qemu) };
    return new LabVmm(await startVmmChild(qemu, args, marker, options), setting);
  }

  private constructor(child: VmmChild, { consoleLog, onLine }: LabVmmSetting) {
    this.pid = child.pid;
    this.#child = child;
    const capture = new ConsoleCapture(child.stdout, consoleLog, {
      onLine,
      onLogError: (error) => process.stderr.write(`console: ${error.message}\n`),
    });
    this.ended = child.exited.then(async ({ code, signal }) => {
      this.#gone.abort();
      await capture.done;
      const how = signal ? `was ended by ${signal}` : `ended with status ${code}`;
      const said = child.complaint().split('\n').filter(isComplaint).at(-1);
      return `the lab's QEMU ${how}${said ? `: ${said}` : ''}`;
    });
  }

  /** Connects to a socket of its as soon as it listens there. @throws CoordinatorError when it ends first. */
  async connect(path: string): Promise<Socket> {
    const socket = await untilConnected(path, this.#gone.signal);
    if (socket === null) throw new CoordinatorError(await this.ended);
    return socket;
  }

  /** @throws Error when it ends first. */
  control(socket: string): Promise<QemuControl> {
    return connectControl(socket, this.#gone.signal);
  }

  /** Never rejects; may be called again. */
  async stop(): Promise<void> {
    this.#child.kill();
    await this.ended;
  }
}

/** QEMU says these of every engine at every start. */
function isComplaint(line: string): boolean {
  return line !== '' && !/Could not enable error recovery|iommu map to non memory area/.test(line);
}
