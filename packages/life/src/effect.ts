import type { UnstampedEvent } from '@coordinator/shared/event';
import type { HostCommand } from '@coordinator/shared/message';
import type { GuestEnd } from './guest-end.ts';

/** What a guest's life wants done, in this order. */
export type LifeEffect =
  | { readonly type: 'emit'; readonly event: UnstampedEvent }
  /** End the VMM, if there is one. */
  | { readonly type: 'stop' }
  /** Hand a command to the agent. */
  | { readonly type: 'send'; readonly command: HostCommand }
  /** Nothing more is typed at its console. */
  | { readonly type: 'end-login' }
  /** Tell whether it is to do one more round. */
  | { readonly type: 'ask-round' }
  /** Ask what others know of what was done in it so far. */
  | { readonly type: 'take-stock' }
  /** Let people release it, and tell when they do. */
  | { readonly type: 'held' }
  /** A round passed, and another one follows. */
  | { readonly type: 'round-over'; readonly end: GuestEnd }
  /** Its life is over. Comes once, last. */
  | { readonly type: 'over'; readonly end: GuestEnd };
