/**
 * How far a guest is.
 *
 *     queued → starting → booting → reporting ⇄ idle → powering-off → over
 *
 * `ending`, from any of them: it was told to end, has panicked, or its VMM is gone already.
 */
export type LifeState =
  | 'queued'
  | 'starting'
  | 'booting'
  | 'reporting'
  | 'idle'
  | 'powering-off'
  | 'ending'
  | 'over';
