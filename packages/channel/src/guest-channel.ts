import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { within } from '@coordinator/base/within';
import type { HostCommand } from '@coordinator/shared/message';
import { AgentInbox } from './agent-inbox.ts';
import type { Channel, ChannelListener } from './channel.ts';
import { CommandFile } from './command-file.ts';
import { CommandOutbox } from './command-outbox.ts';
import { FileFollower } from './file-follower.ts';
import { MessageReader } from './message-reader.ts';
import type { VsockEndpoint } from './vsock/endpoint.ts';
import { VsockConnection } from './vsock-connection.ts';

/** The files in a guest's result folder that its agent appends frames to, and reads commands from. */
export const CHANNEL_FILE = 'channel.bin';
export const COMMANDS_FILE = 'commands.bin';

/** How long an ended guest's connection may take to give what it still holds. */
const DRAIN_MS = 1000;

/**
 * One guest's channel: over vsock, where it has an endpoint, until the connection ends or the agent writes to the
 * shared file; from then on, and without an endpoint from the start, over the files alone.
 */
export class GuestChannel implements Channel {
  readonly #listener: ChannelListener;
  readonly #inbox: AgentInbox;
  readonly #reader: MessageReader;
  readonly #commands = new CommandOutbox();
  readonly #endpoint: VsockEndpoint | null;
  #commandFile: CommandFile | null = null;
  #follower: FileFollower | null = null;
  #connection: VsockConnection | null = null;
  /** Where commands go. Before the agent has connected they wait. */
  #way: 'none' | 'vsock' | 'file';
  #fellBack = false;
  #corruptAt: number | null = null;
  #onCorrupted = () => {};
  #finished: Promise<void> | null = null;

  private constructor(listener: ChannelListener, endpoint: VsockEndpoint | null) {
    this.#listener = listener;
    this.#endpoint = endpoint;
    this.#inbox = new AgentInbox(listener);
    this.#reader = new MessageReader(this.#inbox, (sequence) => this.#commands.acknowledge(sequence));
    this.#way = endpoint ? 'none' : 'file';
  }

  /** Makes the channel's files in `folder`, which must be new and ours. */
  static async create(
    folder: string,
    listener: ChannelListener,
    endpoint: VsockEndpoint | null = null,
  ): Promise<GuestChannel> {
    const channel = new GuestChannel(listener, endpoint);
    channel.#follower = await FileFollower.create(join(folder, CHANNEL_FILE), {
      onBytes: (bytes) => channel.#receiveByFile(bytes),
      onProblem: (problem) => channel.#inbox.problem(problem),
    });
    channel.#commandFile = await CommandFile.create(join(folder, COMMANDS_FILE));
    listener.onUse(endpoint ? 'vsock' : 'file');
    void endpoint?.connection.then((stream) => channel.#connect(stream));
    return channel;
  }

  async send(command: HostCommand): Promise<void> {
    const { frame, taken } = this.#commands.add(command);
    if (this.#way === 'vsock') this.#connection?.send(frame);
    else if (this.#way === 'file') this.#sendByFile([frame]);
    await taken;
  }

  /** Breaks the connection, for `--chaos`. @returns whether there was one; the shared file has none. */
  cut(): boolean {
    if (this.#way !== 'vsock') return false;
    this.#connection?.close();
    return true;
  }

  /** Flips a bit of what arrives next, for `--chaos`. @param where from 0 to 1, in those bytes */
  corruptNext(where: number, onDone: () => void): void {
    this.#corruptAt = where;
    this.#onCorrupted = onDone;
  }

  async catchUp(): Promise<void> {
    await this.#follower?.catchUp();
  }

  finish(): Promise<void> {
    this.#finished ??= this.#finish();
    return this.#finished;
  }

  async #finish(): Promise<void> {
    // Without its other end, the connection gives what is left and ends.
    await this.#endpoint?.close();
    if (this.#connection) await within(DRAIN_MS, this.#connection.ended);
    await this.#follower?.finish();
    this.#reader.end();
    this.#inbox.end();
    this.#commands.close();
    await this.#commandFile?.close();
  }

  #connect(stream: Duplex): void {
    if (this.#fellBack) {
      stream.destroy();
      return;
    }
    const connection = new VsockConnection(stream, this.#inbox, {
      onBytes: (bytes) => this.#corrupt(bytes),
      onAcknowledged: (sequence) => this.#commands.acknowledge(sequence),
      onClosed: (damage) => this.#onClosed(damage),
    });
    this.#connection = connection;
    this.#way = 'vsock';
    for (const frame of this.#commands.frames) connection.send(frame);
  }

  #onClosed(damage: string | null): void {
    if (damage) this.#listener.onNotice(`vsock: ${damage}; the connection was closed`);
    // The agent will look there once it has seen it too.
    this.#way = 'file';
    this.#sendByFile(this.#commands.frames);
  }

  #receiveByFile(bytes: Uint8Array): void {
    if (this.#endpoint && !this.#fellBack) this.#fallBack();
    this.#corrupt(bytes);
    this.#reader.push(bytes);
  }

  #corrupt(bytes: Uint8Array): void {
    if (this.#corruptAt === null || bytes.length === 0) return;
    const at = Math.floor(this.#corruptAt * bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ 0x10;
    this.#corruptAt = null;
    this.#onCorrupted();
  }

  /** The agent has given up the connection and sends again what it holds: what is still on its way is not needed. */
  #fallBack(): void {
    this.#fellBack = true;
    this.#listener.onUse('vsock→file');
    if (this.#connection) this.#connection.close();
    else this.#onClosed(null);
  }

  #sendByFile(frames: readonly Uint8Array[]): void {
    if (frames.length === 0) return;
    this.#commandFile?.append(frames, (error) =>
      this.#listener.onNotice(`commands cannot be written: ${error.message}`),
    );
  }
}
