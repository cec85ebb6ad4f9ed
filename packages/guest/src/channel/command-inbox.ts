import { SequenceMerger } from '@coordinator/shared/frame';
import { checkCommand, type HostCommand } from '@coordinator/shared/message/command';
import { Unpackr } from 'msgpackr/unpack';

/** The way back to the host for what came from there. */
export interface CommandReply {
  /** All commands up to this number have been taken. */
  acknowledge(sequence: number): void;
}

export interface CommandListener {
  onCommand(command: HostCommand): void;
  /** Something that came was no command, or one was lost: one sentence. */
  onProblem(problem: string): void;
}

/** Takes each of the host's commands once, in order, whichever way it came. */
export class CommandInbox {
  readonly #listener: CommandListener;
  readonly #merger = new SequenceMerger();
  readonly #unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true });
  #reply: CommandReply | null = null;

  constructor(listener: CommandListener) {
    this.#listener = listener;
  }

  replyTo(reply: CommandReply): void {
    this.#reply = reply;
  }

  /** Takes a frame unless one before it is missing. @returns whether none was. */
  takeNext(sequence: number, payload: Uint8Array): boolean {
    const { kind } = this.#merger.place(sequence);
    if (kind === 'ahead') return false;
    if (kind === 'next') this.#take(sequence, payload);
    return true;
  }

  /** Takes a frame whatever was lost before it, which will not come any more. */
  takeAnyway(sequence: number, payload: Uint8Array): void {
    const placement = this.#merger.place(sequence);
    if (placement.kind === 'known') return;
    if (placement.kind === 'ahead') {
      this.#listener.onProblem(`commands ${placement.from} to ${placement.to} were lost`);
    }
    this.#take(sequence, payload);
  }

  #take(sequence: number, payload: Uint8Array): void {
    this.#merger.take(sequence);
    // First, so that the answer to a command does not come before it.
    this.#reply?.acknowledge(sequence);
    const command = this.#unpack(payload);
    if (typeof command === 'string') this.#listener.onProblem(`command ${sequence} was refused: ${command}`);
    else this.#listener.onCommand(command);
  }

  #unpack(payload: Uint8Array): HostCommand | string {
    try {
      return checkCommand(this.#unpackr.unpack(payload));
    } catch (error) {
      return `not MessagePack: ${String(error)}`;
    }
  }
}
