import { FaultReader, type KernelFinding } from './fault.ts';
import { type KmsgSource, openKmsg } from './kmsg.ts';
import { parseKernelRecord } from './record.ts';
import { isAbout } from './requester.ts';

/** A log that is followed needs no quicker look: what it says is judged when a test or a guest has ended. */
const POLL_MS = 100;
/** Read at once; a kernel that floods its log must not keep everything else from being done. */
const MAX_RECORDS = 1000;

export interface KernelLogListener {
  /** Nobody watches the function that it is about, or none is named. */
  onOther(finding: KernelFinding): void;
  /** The kernel wrote faster than was read: what it said meanwhile is not known. */
  onLost(): void;
}

type Watcher = (finding: KernelFinding) => void;

/**
 * Follows this machine's kernel log and hands each message that says that something is wrong to whoever watches the
 * function it is about. Open it before the first guest starts: what was there before is not looked at.
 */
export class KernelLog {
  readonly #source: KmsgSource;
  readonly #listener: KernelLogListener;
  readonly #watchers = new Map<Watcher, string>();
  readonly #reader = new FaultReader((finding) => this.#deliver(finding));
  readonly #timer: NodeJS.Timeout;

  /** @throws CoordinatorError when the log may not be read. */
  constructor(listener: KernelLogListener, source: KmsgSource = openKmsg()) {
    this.#listener = listener;
    this.#source = source;
    this.#timer = setInterval(() => this.poll(), POLL_MS).unref();
  }

  /** Calls `watcher` with what is about the function from now on. @returns what ends that. */
  watch(bdf: string, watcher: Watcher): () => void {
    // What was said until now is about who had the function before.
    this.poll();
    this.#watchers.set(watcher, bdf);
    return () => {
      this.poll();
      this.#watchers.delete(watcher);
    };
  }

  /** Reads what is there now. To be called before what it says is judged. */
  poll(): void {
    let count = 0;
    for (; count < MAX_RECORDS; count++) {
      const raw = this.#source.read();
      if (raw === null) break;
      if (raw === 'lost') this.#listener.onLost();
      else this.#push(raw);
    }
    // What an event begins with may have been read while the kernel was still writing the rest.
    if (count === 0) this.#reader.end();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#source.close();
  }

  #push(raw: string): void {
    const record = parseKernelRecord(raw);
    if (record) this.#reader.push(record);
  }

  #deliver(finding: KernelFinding): void {
    const watchers = [...this.#watchers].filter(([, bdf]) => isAbout(finding, bdf));
    if (watchers.length === 0) this.#listener.onOther(finding);
    for (const [watcher] of watchers) watcher(finding);
  }
}
