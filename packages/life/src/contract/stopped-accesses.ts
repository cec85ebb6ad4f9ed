import { isIommuFault } from '@coordinator/machine/console';

/**
 * What this machine's kernel says of accesses that its IOMMU stopped, held against those that one agent's tests had the
 * device try: each side's word without the other's contradicts the plan.
 */
export class StoppedAccesses {
  /** What the kernel said first, until it was told. */
  #said: string | null = null;
  /** Whether it has said of any, in this round or one before. */
  #isTold = false;

  /** Takes what the kernel says. @returns whether it is about this */
  hear(kind: string, text: string): boolean {
    if (!isIommuFault(kind)) return false;
    this.#isTold = true;
    this.#said ??= text;
    return true;
  }

  /** Those of the same agent's next round. */
  follow(): StoppedAccesses {
    const next = new StoppedAccesses();
    next.#isTold = this.#isTold;
    return next;
  }

  /** @param hasStruck whether a test has begun that has the device reach where it must not */
  isUnexplained(hasStruck: boolean): boolean {
    return this.#said !== null && !hasStruck;
  }

  /** What contradicts the plan, once; null when nothing does, or no more. */
  takeUnexplained(hasStruck: boolean): string | null {
    if (!this.isUnexplained(hasStruck)) return null;
    const said = this.#said;
    this.#said = null;
    return `no test explains what this machine's kernel says of its device: ${said}`;
  }

  /** What contradicts the plan when the kernel has told all that it had to. @param strikes accesses that tests had the device try */
  unheard(strikes: number): string | null {
    return strikes === 0 || this.#isTold
      ? null
      : `this machine's kernel says of no access that its IOMMU stopped, where tests had the device try ${strikes}`;
  }
}
