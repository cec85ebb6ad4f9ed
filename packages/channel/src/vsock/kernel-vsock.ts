import { existsSync } from 'node:fs';
import { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { CoordinatorError } from '@coordinator/base/errors';
import type { ProcessMarker } from '@coordinator/machine/process';
import { startVmmChild, type VmmChild } from '@coordinator/machine/vmm';
import { leaseCid } from './cid.ts';
import type { VsockEndpoint, VsockProvider } from './endpoint.ts';
import { untilListening } from './until-listening.ts';

const DEVICE = '/dev/vhost-vsock';
/** How long a bridge may take to hand on what an ended guest had sent. */
const DRAIN_MS = 500;

export interface KernelVsockOptions {
  /** The kit's vsock-bridge, for this host's architecture. */
  readonly bridge: string;
  readonly marker: Omit<ProcessMarker, 'role'>;
}

/**
 * Guests' vsock by the host's kernel. Node knows no AF_VSOCK: a bridge process each listens on the guest's port and
 * joins its connection with a pipe. It takes connections from the guest's CID only, for which the kernel vouches.
 */
export class KernelVsock implements VsockProvider {
  readonly #options: KernelVsockOptions;

  /** @throws CoordinatorError when the kernel has no vhost-vsock. */
  static open(options: KernelVsockOptions): KernelVsock {
    if (!existsSync(DEVICE)) {
      throw new CoordinatorError(`this machine's kernel offers guests no vsock: ${DEVICE} is missing`, {
        remedy: 'load the module vhost_vsock, or use --channel file',
      });
    }
    return new KernelVsock(options);
  }

  private constructor(options: KernelVsockOptions) {
    this.#options = options;
  }

  async open(guest: string): Promise<VsockEndpoint> {
    const { bridge, marker } = this.#options;
    const lease = await leaseCid();
    const { cid } = lease;
    const port = cid;
    let child: VmmChild | null = null;
    let closing: Promise<void> | null = null;
    const takeDown = async () => {
      // The kernel ends an ended guest's connection, and with it the bridge.
      if (child?.complaint().includes('connected')) await Promise.race([child.exited, sleep(DRAIN_MS)]);
      child?.kill();
      await child?.exited;
      await lease.release();
    };
    const close = () => {
      closing ??= takeDown();
      return closing;
    };
    try {
      const args = ['listen', String(cid), String(port)];
      child = await startVmmChild([bridge], args, { ...marker, role: 'helper', guest });
      const bridgeProcess = child;
      // It says so on its standard error.
      await untilListening('vsock bridge', bridgeProcess, () =>
        bridgeProcess.complaint().includes('listening'),
      );
    } catch (error) {
      await close();
      throw error;
    }
    const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
    return { device: { kind: 'vhost', cid }, port, connection: Promise.resolve(stream), close };
  }
}
