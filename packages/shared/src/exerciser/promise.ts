/** Both ends included. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** What a step comes to when all is well. The agent judges its tool by it, and the host the agent. */
export interface StepPromise {
  /** Results that the tool reports, those of transactions that fail on purpose included. */
  readonly results: Bounds;
  /** Of them, the ones that the device refused as misconfigured: they raise no interrupt. */
  readonly misconfigured: Bounds;
  /** Of them, the ones that the device aborted. */
  readonly aborted: Bounds;
  /** Whether each of them reached for an address that an IOMMU must not let the device reach. */
  readonly strikes: boolean;
  /** Interrupts on the device; null where the guest counts what raises them. */
  readonly interrupts: Bounds | null;
  /**
   * Whether transactions overlap, so that interrupts may merge: then there is at least one for each vector used, and
   * `interrupts.min` is what one vector alone would raise.
   */
  readonly overlaps: boolean;
  /** Whether launches take their turn among the device's vectors; a program of the user's may do anything. */
  readonly inTurn: boolean;
  /** What the device itself counts; null where it does not tell. */
  readonly work: DeviceWork | null;
}

/** Work as a device counts it. */
export interface DeviceWork {
  /** Commands that it is given, those included that it refuses or aborts. */
  readonly launches: Bounds;
  /** Bytes of the regions that commands which ended well were told to work on. */
  readonly bytes: Bounds;
  /** Interrupts that it raises: as many as are due, also where some merge on their way. */
  readonly interrupts: Bounds;
}

export const exactly = (count: number): Bounds => ({ min: count, max: count });
export const none = exactly(0);
