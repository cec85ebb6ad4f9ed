import {
  type ExecExit,
  INPUT_WINDOW_BYTES,
  MAX_PAYLOAD_BYTES,
  OUTPUT_WINDOW_BYTES,
  type StartRequest,
  type TerminalSize,
} from '../protocol.ts';
import { os, std } from './quickjs.ts';
import { SeatFile } from './seat-file.ts';

/** Guests have it in the one place, the lab in the other. */
const BUSYBOX = os.stat('/bin/busybox')[1] === 0 ? '/bin/busybox' : '/usr/bin/busybox';
/** A write of this much to a pipe that polls writable does not block: PIPE_BUF, pipe(7). */
const PIPE_BUF = 4096;
/** How often the end of a command is looked for. */
const REAP_MS = 10;
/** What is still written by others after the command itself has ended is waited for no longer than this. */
const DRAIN_MS = 1000;
/** signal(7), of Linux on any architecture that it runs on here. */
const SIGWINCH = 28;

export interface CommandListener {
  onOutput(stream: 1 | 2, bytes: Uint8Array): void;
  /** Room for so much more input. */
  onInputConsumed(bytes: number): void;
  onExit(exit: ExecExit): void;
}

/** One running command with its pipes, in a session (and process group) of its own. */
export class Command {
  readonly #listener: CommandListener;
  readonly #pid: number;
  readonly #output: {
    readonly stream: 1 | 2;
    readonly fd: number;
    room: number;
    open: boolean;
    waiting: boolean;
  }[];
  readonly #buffer = new ArrayBuffer(MAX_PAYLOAD_BYTES);
  #input: Uint8Array<ArrayBuffer>[] = [];
  #inputBytes = 0;
  #inputFd: number;
  #inputEnded = false;
  #seat: SeatFile | null = null;
  #exit: ExecExit | null = null;
  #waitedMs = 0;

  /**
   * @param kit the folder of the guest kit
   * @throws Error when it cannot be started.
   */
  constructor(kit: string, { argv, env, cwd, terminal }: StartRequest, listener: CommandListener) {
    this.#listener = listener;
    const pipes = [os.pipe(), os.pipe(), os.pipe()];
    const [stdin, stdout, stderr] = pipes;
    if (!stdin || !stdout || !stderr) throw new Error('no pipe can be made');
    if (terminal) this.#seat = new SeatFile(kit, terminal);
    // setsid becomes the command: it is no group leader, so it does not fork.
    const pid = os.exec([BUSYBOX, 'setsid', ...(this.#seat?.launcher ?? []), ...argv], {
      block: false,
      usePath: false,
      cwd,
      env: { ...std.getenviron(), ...env },
      stdin: stdin[0],
      stdout: stdout[1],
      stderr: stderr[1],
    });
    for (const fd of [stdin[0], stdout[1], stderr[1]]) os.close(fd);
    if (pid < 0) {
      this.#seat?.remove();
      for (const fd of [stdin[1], stdout[0], stderr[0]]) os.close(fd);
      throw new Error(`it cannot be started (errno ${-pid})`);
    }
    this.#pid = pid;
    this.#inputFd = stdin[1];
    this.#output = ([1, 2] as const).map((stream, index) => ({
      stream,
      fd: [stdout[0], stderr[0]][index] as number,
      room: OUTPUT_WINDOW_BYTES,
      open: true,
      waiting: false,
    }));
    for (const { stream } of this.#output) this.#listen(stream);
    os.setTimeout(() => this.#reap(), REAP_MS);
  }

  resize(size: TerminalSize): void {
    if (this.#exit !== null || !this.#seat) return;
    this.#seat.write(size);
    os.kill(this.#pid, SIGWINCH);
  }

  signal(number: number): void {
    if (this.#exit === null) os.kill(-this.#pid, number);
  }

  /** The reader has consumed so much of a stream. */
  addRoom(stream: 1 | 2, bytes: number): void {
    const output = this.#output[stream - 1];
    if (!output) return;
    output.room = Math.min(OUTPUT_WINDOW_BYTES, output.room + bytes);
    this.#listen(stream);
  }

  write(bytes: Uint8Array<ArrayBuffer>): void {
    // Whoever sends more than the window breaks the rules, and loses it.
    if (this.#inputFd < 0 || this.#inputEnded || this.#inputBytes + bytes.length > INPUT_WINDOW_BYTES) return;
    this.#input.push(bytes);
    this.#inputBytes += bytes.length;
    if (this.#input.length === 1) os.setWriteHandler(this.#inputFd, () => this.#feed());
  }

  endInput(): void {
    this.#inputEnded = true;
    if (this.#input.length === 0) this.#closeInput();
  }

  #listen(stream: 1 | 2): void {
    const output = this.#output[stream - 1];
    if (!output?.open || output.waiting || output.room <= 0) return;
    output.waiting = true;
    os.setReadHandler(output.fd, () => {
      const read = os.read(output.fd, this.#buffer, 0, Math.min(this.#buffer.byteLength, output.room));
      if (read > 0) {
        output.room -= read;
        this.#listener.onOutput(stream, new Uint8Array(this.#buffer, 0, read));
        if (output.room > 0) return;
      }
      os.setReadHandler(output.fd, null);
      output.waiting = false;
      if (read > 0) return;
      output.open = false;
      os.close(output.fd);
      this.#finish();
    });
  }

  #feed(): void {
    const [first] = this.#input;
    if (!first) return;
    const wanted = Math.min(first.length, PIPE_BUF);
    const written = os.write(this.#inputFd, first.buffer, first.byteOffset, wanted);
    if (written < 0) {
      // Nobody reads it any more. What was announced is taken, so that the writer does not wait.
      this.#listener.onInputConsumed(this.#inputBytes);
      this.#input = [];
      this.#inputBytes = 0;
      this.#closeInput();
      return;
    }
    if (written === first.length) this.#input.shift();
    else this.#input[0] = first.subarray(written);
    this.#inputBytes -= written;
    this.#listener.onInputConsumed(written);
    if (this.#input.length > 0) return;
    os.setWriteHandler(this.#inputFd, null);
    if (this.#inputEnded) this.#closeInput();
  }

  #closeInput(): void {
    if (this.#inputFd < 0) return;
    os.setWriteHandler(this.#inputFd, null);
    os.close(this.#inputFd);
    this.#inputFd = -1;
  }

  #reap(): void {
    if (this.#exit === null) {
      const [pid, status] = os.waitpid(this.#pid, os.WNOHANG);
      if (pid === this.#pid) {
        const signal = status & 0x7f;
        this.#exit = { code: signal ? null : (status >> 8) & 0xff, signal: signal || null, problem: null };
        this.#closeInput();
        this.#finish();
      } else if (pid < 0) {
        this.#exit = { code: null, signal: null, problem: `it was lost (errno ${-pid})` };
        this.#finish();
      }
    } else {
      // A process left in the background may keep the pipes open for ever; one whose reader is slow has time.
      if (this.#output.every(({ room }) => room > 0)) this.#waitedMs += REAP_MS;
      if (this.#waitedMs >= DRAIN_MS) this.#abandonOutput();
    }
    if (this.#output.some(({ open }) => open) || this.#exit === null)
      os.setTimeout(() => this.#reap(), REAP_MS);
  }

  #abandonOutput(): void {
    for (const output of this.#output) {
      if (!output.open) continue;
      os.setReadHandler(output.fd, null);
      os.close(output.fd);
      output.open = false;
    }
    this.#finish();
  }

  #finish(): void {
    if (!this.#exit || this.#output.some(({ open }) => open)) return;
    this.#seat?.remove();
    this.#listener.onExit(this.#exit);
  }
}
