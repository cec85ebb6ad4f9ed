import { createConnection, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { CoordinatorError, messageOf } from '@coordinator/base/errors';
import {
  decodeInputCredit,
  type ExecExit,
  encodeCredit,
  encodeFrame,
  encodeSize,
  FrameSplitter,
  FrameType,
  INPUT_WINDOW_BYTES,
  MAX_PAYLOAD_BYTES,
  type StartRequest,
  type TerminalSize,
} from './protocol.ts';

export interface ExecOptions extends Partial<Omit<StartRequest, 'argv'>> {
  /** The command's standard input; none when absent. */
  readonly stdin?: Readable | undefined;
  /** Called with what the command writes; the command waits while a promise is pending. */
  readonly onStdout?: ((bytes: Buffer) => void | Promise<void>) | undefined;
  /** Gives up waiting: the command is hung up on. */
  readonly signal?: AbortSignal | undefined;
  readonly onStderr?: ((bytes: Buffer) => void | Promise<void>) | undefined;
}

/** A command that runs in a machine. */
export interface ExecSession {
  /** Resolves when it has ended and all it wrote was consumed. Rejects with a CoordinatorError when the machine is gone. */
  readonly exited: Promise<ExecExit>;
  /** Sends a signal, by its number, to the command's process group. */
  kill(signal: number): void;
  /** The terminal it was given has this size now. */
  resize(size: TerminalSize): void;
}

/** A machine that commands are run in, for people. */
export interface ExecPlace {
  /** As in "the lab". */
  readonly name: string;
  /** What says what became of it. */
  readonly remedy: string;
}

/** Runs a command in the machine whose hub listens on `socket`. */
export function execIn(
  place: ExecPlace,
  socket: string,
  argv: readonly string[],
  options: ExecOptions = {},
): ExecSession {
  const { env = {}, cwd = '/root', stdin, terminal } = options;
  const connection = createConnection({ path: socket, signal: options.signal });
  const send = (type: FrameType, payload?: Uint8Array) =>
    void connection.write(encodeFrame(type, 0, payload));
  const request: StartRequest = { argv, env, cwd, terminal };
  const start = new TextEncoder().encode(JSON.stringify(request));
  if (start.length > MAX_PAYLOAD_BYTES)
    throw new CoordinatorError(`the command line is too long for ${place.name}`);
  send(FrameType.start, start);
  const input = new InputFeeder(stdin, send);
  const exited = followOutput(place, connection, options, input).finally(() => {
    input.stop();
    connection.destroy();
  });
  return {
    exited,
    kill: (signal) => send(FrameType.signal, Uint8Array.of(signal)),
    resize: (size) => send(FrameType.resize, encodeSize(size)),
  };
}

async function followOutput(
  place: ExecPlace,
  connection: Socket,
  { onStdout, onStderr }: ExecOptions,
  input: InputFeeder,
): Promise<ExecExit> {
  const frames = new FrameSplitter();
  const consume = async (stream: 1 | 2, payload: Uint8Array<ArrayBuffer>) => {
    await (stream === 1 ? onStdout : onStderr)?.(Buffer.from(payload.buffer));
    connection.write(encodeFrame(FrameType.outputCredit, 0, encodeCredit(payload.length, stream)));
  };
  try {
    for await (const chunk of connection as AsyncIterable<Buffer>) {
      for (const { type, payload } of frames.push(chunk)) {
        if (type === FrameType.stdout) await consume(1, payload);
        else if (type === FrameType.stderr) await consume(2, payload);
        else if (type === FrameType.inputCredit) input.addRoom(decodeInputCredit(payload) ?? 0);
        else if (type === FrameType.exit) return JSON.parse(new TextDecoder().decode(payload)) as ExecExit;
      }
    }
  } catch (error) {
    throw lost(place, messageOf(error));
  }
  throw lost(place, 'it closed the connection');
}

function lost({ name, remedy }: ExecPlace, why: string): CoordinatorError {
  return new CoordinatorError(`${name} was lost while a command ran in it: ${why}`, { remedy });
}

/** Sends a stream as far as the command has room for it. */
class InputFeeder {
  readonly #stream: Readable | undefined;
  readonly #send: (type: FrameType, payload?: Uint8Array) => void;
  #room = INPUT_WINDOW_BYTES;
  #pending = Buffer.alloc(0);
  #ended = false;

  constructor(stream: Readable | undefined, send: (type: FrameType, payload?: Uint8Array) => void) {
    this.#stream = stream;
    this.#send = send;
    if (!stream) {
      send(FrameType.stdinEnd);
      return;
    }
    stream.on('data', this.#onData).on('end', this.#onEnd).on('error', this.#onEnd);
  }

  addRoom(bytes: number): void {
    this.#room = Math.min(INPUT_WINDOW_BYTES, this.#room + bytes);
    this.#flush();
  }

  stop(): void {
    this.#stream?.off('data', this.#onData).off('end', this.#onEnd).off('error', this.#onEnd);
    // A terminal or pipe that is still open would keep this process waiting.
    this.#stream?.pause();
  }

  readonly #onData = (chunk: Buffer | string) => {
    this.#pending = Buffer.concat([this.#pending, Buffer.from(chunk as Buffer)]);
    this.#flush();
    if (this.#pending.length > 0) this.#stream?.pause();
  };

  readonly #onEnd = () => {
    this.#ended = true;
    this.#flush();
  };

  #flush(): void {
    while (this.#pending.length > 0 && this.#room > 0) {
      const part = this.#pending.subarray(0, Math.min(this.#room, MAX_PAYLOAD_BYTES));
      this.#send(FrameType.stdin, part);
      this.#room -= part.length;
      this.#pending = this.#pending.subarray(part.length);
    }
    if (this.#pending.length > 0) return;
    if (this.#ended) this.#send(FrameType.stdinEnd);
    else this.#stream?.resume();
  }
}
