/** How long each phase of a guest may take, in milliseconds; infinity is no limit. */
export interface Limits {
  /** From the VMM's start to the agent's hello. */
  readonly boot: number;
  /** A stage of the agent other than its tests, which have limits of their own. */
  readonly stage: number;
  /** Between two signs of life from the agent. */
  readonly silence: number;
  /** What a test may take beyond its own limit before the agent, which ought to end it, counts as stalled. */
  readonly testGrace: number;
  /** From the agent's bye, or a panic, to the VMM's end. */
  readonly powerOff: number;
  /** The whole guest. */
  readonly total: number;
}

/** A guest on an emulated host takes so many times as long, on a machine that has other work too. */
const EMULATED_STRETCH = 4;

const NONE: Limits = {
  boot: Number.POSITIVE_INFINITY,
  stage: Number.POSITIVE_INFINITY,
  silence: Number.POSITIVE_INFINITY,
  testGrace: Number.POSITIVE_INFINITY,
  powerOff: Number.POSITIVE_INFINITY,
  total: Number.POSITIVE_INFINITY,
};

/** What the limits are made for: guests that are through within this long. */
const USUAL_TOTAL_MS = 300_000;

/**
 * Limits for guests that share `hostCpus` processors among `guestCpus` emulated ones: they stretch with how many
 * guests' processors one real one has to play, and with a longer limit for the whole guest than usual.
 */
export function makeLimits(options: {
  guestCpus: number;
  hostCpus: number;
  totalMs: number;
  bootMs?: number | undefined;
  silenceMs?: number | undefined;
  /** Whether this host is emulated itself, as the lab is. */
  emulatedHost: boolean;
  /** Whether somebody with a debugger holds them up as long as he likes. */
  debugged?: boolean;
}): Limits {
  if (options.debugged) return NONE;
  const shared = Math.max(1, options.guestCpus / options.hostCpus, options.totalMs / USUAL_TOTAL_MS);
  const stretch = shared * (options.emulatedHost ? EMULATED_STRETCH : 1);
  return {
    boot: options.bootMs ?? 60_000 * stretch,
    stage: 20_000 * stretch,
    silence: options.silenceMs ?? 10_000 * stretch,
    testGrace: 5_000 * stretch,
    powerOff: 15_000 * stretch,
    total: options.totalMs,
  };
}
