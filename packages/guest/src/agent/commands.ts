import type { HostCommand } from '@coordinator/shared/message/command';

/** A command that waits for its turn. */
export type QueuedCommand = Extract<HostCommand, { type: 'run' | 'finish' }>;

/** More than any host sends ahead; what goes beyond is refused. */
const MAX_QUEUED = 16;

/** Commands that are done one after another. */
export class CommandQueue {
  readonly #queued: QueuedCommand[] = [];
  #waiting: ((command: QueuedCommand) => void) | null = null;

  /** @returns whether there was room */
  add(command: QueuedCommand): boolean {
    if (this.#waiting) {
      this.#waiting(command);
      this.#waiting = null;
      return true;
    }
    if (this.#queued.length >= MAX_QUEUED) return false;
    this.#queued.push(command);
    return true;
  }

  get empty(): boolean {
    return this.#queued.length === 0;
  }

  /** Waits for the next one. */
  next(): Promise<QueuedCommand> {
    const command = this.#queued.shift();
    if (command) return Promise.resolve(command);
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }
}
