/** Words of reports, for who needs no schema of them. */

/**
 * - `fail`: a test failed, the guest itself was well
 * - `panic`: the guest's kernel died
 * - `hang`: no progress within a limit
 * - `error`: the harness, the host or the set-up failed
 */
export const outcomes = ['pass', 'fail', 'hang', 'panic', 'error'] as const;
export type Outcome = (typeof outcomes)[number];

/** What can be done to a guest on purpose. */
export const faultKinds = [
  /** SIGKILL to the VMM. */
  'kill-guest',
  /** The device's server goes away from this guest alone. */
  'kill-engine',
  /** SIGSTOP to the VMM. */
  'pause-guest',
  /** The way the agent reports is cut. */
  'drop-channel',
  /** A bit of what the agent says is flipped on its way. */
  'corrupt-frame',
  /** The guest's shares answer slowly. */
  'slow-disk',
] as const;
export type FaultKind = (typeof faultKinds)[number];
