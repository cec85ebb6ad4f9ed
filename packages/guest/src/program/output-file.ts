import type { AppendFile, Files } from '../runtime/runtime.ts';

/** What is kept of what a test prints; what it prints beyond the other bound ends it. */
export const outputLimits = { kept: 1 << 20, printed: 16 << 20 } as const;

/** All that a program prints, as it comes, in a file that the host collects: the first of it, and how much it was. */
export class OutputFile {
  readonly #file: AppendFile;
  #printed = 0;

  /** Replaces what an earlier round has left. @throws FileError */
  constructor(files: Files, path: string) {
    files.write(path, '');
    this.#file = files.openAppend(path);
  }

  /** @returns whether that is as much as a test may print */
  push(bytes: Uint8Array): boolean {
    const kept = bytes.subarray(0, Math.max(0, outputLimits.kept - this.#printed));
    this.#printed += bytes.length;
    this.#write(kept);
    return this.#printed > outputLimits.printed;
  }

  close(): void {
    const left = this.#printed - outputLimits.kept;
    if (left > 0)
      this.#write(new Uint8Array([...`\n... and ${left} bytes more\n`].map((sign) => sign.charCodeAt(0))));
    this.#file.close();
  }

  #write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) done += this.#file.write(bytes.subarray(done));
  }
}
