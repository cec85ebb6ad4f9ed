/**
 * How far a guest is.
 *
 *     queued → starting → booting → reporting ⇄ idle → powering-off → over
 *
 * `held`, from `idle`, or from any of them in place of `ending`: it stays for people to look at, until it is released.
 * `ending`, from any of them: it was told to end, has panicked, or its VMM is gone already.
 */
export type LifeState =
  | 'queued'
  | 'starting'
  | 'booting'
  | 'reporting'
  | 'idle'
  | 'held'
  | 'powering-off'
  | 'ending'
  | 'over';
