import { isIommuFault } from '../console/index.ts';
import { FaultReader, type KernelFinding } from './fault.ts';
import { type KmsgSource, openKmsg } from './kmsg.ts';
import { parseKernelRecord } from './record.ts';
import { isAbout } from './requester.ts';

/** A log that is followed needs no quicker look: what it says is judged when a test or a guest has ended. */
const POLL_MS = 100;
/** Drivers of IOMMUs that print each access that is stopped. What an IOMMU is called itself depends on where it is. */
const TELLING_DRIVERS: ReadonlySet<string | null> = new Set(['arm-smmu-v3', 'arm-smmu', 'virtio_iommu']);
/** Of DEFAULT_RATELIMIT_BURST, include/linux/ratelimit_types.h: what comes after so many at a time is held back. */
const RATELIMIT_BURST = 10;
/** Read at once; a kernel that floods its log must not keep everything else from being done. */
const MAX_RECORDS = 1000;

export interface KernelLogListener {
  /** Nobody watches the function that it is about, or none is named. */
  onOther(finding: KernelFinding): void;
  /** The kernel wrote faster than was read: what it said meanwhile is not known. */
  onLost(): void;
}

/** Whether the driver of an IOMMU, which null has none of, prints each access that it stops. */
export const isTellingIommu = (driver: string | null): boolean => TELLING_DRIVERS.has(driver);

type Watcher = (finding: KernelFinding) => void;

/** Somebody's look at what the kernel says of one function. */
export interface KernelWatch {
  /** Hands on what is there now. To be called before what the kernel says is judged. */
  look(): void;
  /** Whether the kernel tells of what its IOMMU stops, and of all since the watch began: nothing was lost or held back. */
  readonly isComplete: boolean;
  /** Looks for the last time. */
  end(): void;
}

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
  /** Since the log was opened. */
  #faults = 0;
  #losses = 0;

  /** @throws CoordinatorError when the log may not be read. */
  constructor(listener: KernelLogListener, source: KmsgSource = openKmsg()) {
    this.#listener = listener;
    this.#source = source;
    this.#timer = setInterval(() => this.poll(), POLL_MS).unref();
  }

  /**
   * Calls `watcher` with what is about the function from now on.
   * @param iommu the driver of what translates for it; null when nothing does
   */
  watch(bdf: string, watcher: Watcher, iommu: string | null = null): KernelWatch {
    // What was said until now is about who had the function before.
    this.poll();
    this.#watchers.set(watcher, bdf);
    const [faults, losses] = [this.#faults, this.#losses];
    const tells = isTellingIommu(iommu);
    const isComplete = () => tells && this.#losses === losses && this.#faults - faults < RATELIMIT_BURST;
    return {
      look: () => this.poll(),
      get isComplete() {
        return isComplete();
      },
      end: () => {
        this.poll();
        this.#watchers.delete(watcher);
      },
    };
  }

  /** Reads what is there now. */
  poll(): void {
    let count = 0;
    for (; count < MAX_RECORDS; count++) {
      const raw = this.#source.read();
      if (raw === null) break;
      if (raw === 'lost') this.#lost();
      else this.#push(raw);
    }
    // What an event begins with may have been read while the kernel was still writing the rest.
    if (count === 0) this.#reader.end();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#source.close();
  }

  #lost(): void {
    this.#losses += 1;
    this.#listener.onLost();
  }

  #push(raw: string): void {
    const record = parseKernelRecord(raw);
    if (record) this.#reader.push(record);
  }

  #deliver(finding: KernelFinding): void {
    if (isIommuFault(finding.kind)) this.#faults += 1;
    const watchers = [...this.#watchers].filter(([, bdf]) => isAbout(finding, bdf));
    if (watchers.length === 0) this.#listener.onOther(finding);
    for (const [watcher] of watchers) watcher(finding);
  }
}
