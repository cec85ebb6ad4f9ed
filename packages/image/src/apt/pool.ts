import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hashFile } from '../cache/hash.ts';
import { SetUpError } from '../errors.ts';
import { type PackageFile, packageSpec } from './package-file.ts';
import type { PrivateRoot } from './private-root.ts';

const POLL_MS = 100;

export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: (done: number, total: number) => void;
}

/**
 * Downloaded packages, kept until they have been unpacked. A file counts as there once its SHA-256 is the pinned one:
 * apt writes in place and takes a file of the right size for finished, so that only this tells a good one.
 */
export class Pool {
  readonly directory: string;
  readonly #verified = new Set<string>();
  readonly #waiting = new Map<string, PromiseWithResolvers<string>>();
  #failed: { readonly reason: unknown } | null = null;

  constructor(directory: string) {
    this.directory = directory;
  }

  /** The file's path, as soon as download() has it. Rejects when the download ends without it. */
  file(wanted: PackageFile): Promise<string> {
    // Who asks after the end of a failed download must not wait for ever.
    if (this.#failed && !this.#verified.has(wanted.file)) return Promise.reject(this.#failed.reason);
    return this.#waitingFor(wanted).promise;
  }

  /** Which of `wanted` are not here yet. Broken leftovers of full size are removed on the way. */
  async missing(wanted: readonly PackageFile[]): Promise<PackageFile[]> {
    const missing: PackageFile[] = [];
    for (const one of wanted) {
      if (await this.#take(one)) continue;
      missing.push(one);
      if ((await this.#sizeOf(one)) >= one.size) await this.#discard([one]);
    }
    return missing;
  }

  /**
   * Downloads with apt whatever is not here yet; what an earlier attempt got of a file is carried on from.
   *
   * @throws SetUpError 'download-failed'.
   */
  async download(root: PrivateRoot, wanted: readonly PackageFile[], options: DownloadOptions): Promise<void> {
    try {
      options.signal?.throwIfAborted();
      await mkdir(this.directory, { recursive: true });
      // Twice: what an earlier attempt left of a file may be wrong, which shows only when it is complete.
      for (let attempt = 1; attempt <= 2; attempt++) {
        const missing = await this.missing(wanted);
        if (missing.length === 0) return;
        const fetching = this.#fetch(root, missing, options.signal).catch((error: unknown) => {
          if (attempt === 2 || !isMismatch(error)) throw error;
          return this.#discard(missing);
        });
        await Promise.all([fetching, this.#watch(missing, fetching, options)]);
      }
      const missing = await this.missing(wanted);
      if (missing.length > 0) throw damaged(missing);
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }

  /** Nothing more is downloaded: whoever waits for a package that is not here, or asks for one later, hears of it. */
  close(): void {
    this.#fail(new Error('a package was asked for that nobody had downloaded'));
  }

  /** Forgets packages that are no longer needed. */
  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }

  async #fetch(
    root: PrivateRoot,
    missing: readonly PackageFile[],
    signal: AbortSignal | undefined,
  ): Promise<void> {
    await root.run('apt-get', ['download', '-q', ...missing.map(packageSpec)], {
      purpose: `download ${missing.length} packages`,
      code: 'download-failed',
      remedy: 'Run the same command again: it carries on where this one stopped.',
      cwd: this.directory,
      signal,
    });
  }

  /** Hands out files while apt still fetches others, and reports how far it is. */
  async #watch(
    missing: readonly PackageFile[],
    fetching: Promise<void>,
    options: DownloadOptions,
  ): Promise<void> {
    const total = missing.reduce((sum, { size }) => sum + size, 0);
    const open = new Map(missing.map((one) => [one.file, one]));
    let running = true;
    const stop = () => {
      running = false;
    };
    fetching.then(stop, stop);
    let complete = 0;
    while (running) {
      await sleep(POLL_MS);
      let partial = 0;
      for (const one of [...open.values()]) {
        const size = await this.#sizeOf(one);
        if (size < one.size) partial += size;
        else if (await this.#take(one)) {
          open.delete(one.file);
          complete += one.size;
        }
      }
      options.onBytes?.(complete + partial, total);
    }
  }

  async #take(one: PackageFile): Promise<boolean> {
    if (this.#verified.has(one.file)) return true;
    const path = join(this.directory, one.file);
    if ((await this.#sizeOf(one)) !== one.size || (await hashFile(path)) !== one.sha256) return false;
    this.#waitingFor(one).resolve(path);
    this.#verified.add(one.file);
    return true;
  }

  #waitingFor({ file }: PackageFile): PromiseWithResolvers<string> {
    const waiting = this.#waiting.get(file) ?? withResolvers<string>();
    this.#waiting.set(file, waiting);
    return waiting;
  }

  async #sizeOf(one: PackageFile): Promise<number> {
    return (await stat(join(this.directory, one.file)).catch(() => null))?.size ?? 0;
  }

  async #discard(files: readonly PackageFile[]): Promise<void> {
    await Promise.all(files.map(({ file }) => rm(join(this.directory, file), { force: true })));
  }

  #fail(error: unknown): void {
    this.#failed ??= { reason: error };
    for (const waiting of this.#waiting.values()) {
      // The builder that waits hears of it; without one it must not count as unhandled.
      waiting.promise.catch(() => {});
      waiting.reject(error);
    }
  }
}

function isMismatch(error: unknown): boolean {
  return error instanceof SetUpError && /mismatch/i.test(error.stderr);
}

function damaged(files: readonly PackageFile[]): SetUpError {
  const names = files.map(({ file }) => file).join(', ');
  return new SetUpError(
    'download-failed',
    `Downloaded twice and still not what the signed index says: ${names}.`,
    {
      remedy: 'Something between here and the mirror alters files: use another mirror or proxy.',
    },
  );
}

/** Promise.withResolvers(), which Node 20 does not have. */
interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}

function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve: (value: T) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
