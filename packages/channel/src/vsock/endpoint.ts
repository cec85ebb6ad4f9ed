import type { Duplex } from 'node:stream';
import type { GuestVsock } from '@coordinator/machine/vmm';

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
