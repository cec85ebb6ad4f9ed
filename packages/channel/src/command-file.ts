import { type FileHandle, open } from 'node:fs/promises';

/**
 * The file that an agent reads commands from. Kept open from before the guest starts, so that nothing the guest puts
 * in its place is ever written to.
 */
export class CommandFile {
  readonly #file: FileHandle;
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Makes the file, in a folder that is new and ours. */
  static async create(path: string): Promise<CommandFile> {
    return new CommandFile(await open(path, 'ax', 0o644));
  }

  /** Appends whole frames, one call after another. */
  append(frames: readonly Uint8Array[], onError: (error: Error) => void): void {
    const bytes = Buffer.concat(frames);
    this.#writing = this.#writing.then(() => this.#file.appendFile(bytes)).catch(onError);
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }
}
