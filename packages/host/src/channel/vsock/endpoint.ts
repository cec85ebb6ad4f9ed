import type { Duplex } from 'node:stream';

/** How a VMM gives its guest a vsock device. */
export type GuestVsock =
  /** By a vhost-user server that listens on `socket`. */
  | { readonly kind: 'vhost-user'; readonly cid: number; readonly socket: string }
  /** By this host's kernel, /dev/vhost-vsock. */
  | { readonly kind: 'vhost'; readonly cid: number };

/** The host's end of one guest's vsock. */
export interface VsockEndpoint {
  readonly device: GuestVsock;
  /** What the guest connects to, on CID 2. */
  readonly port: number;
  /** The guest's first connection; no other is taken. */
  readonly connection: Promise<Duplex>;
  /** Takes down what was set up for this guest. Never rejects; may be called again. */
  close(): Promise<void>;
}

/** A kind of vsock that guests of a run can have. */
export interface VsockProvider {
  /** @throws CoordinatorError */
  open(guest: string): Promise<VsockEndpoint>;
}
