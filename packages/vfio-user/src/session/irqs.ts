import { Errno, RequestError } from '../errno.ts';
import type { InterruptLines, Msix } from '../pci/msix.ts';
import { IRQ_COUNT, IRQ_MSIX, IrqSetFlag } from '../wire/protocol.ts';

/** Interrupt lines that can be plugged: one descriptor a vector. */
export interface PluggableLines extends InterruptLines {
  /** Takes over `fd` whatever happens. @throws RequestError if it is no eventfd */
  connect(vector: number, fd: number): void;
  disconnect(vector: number): void;
  disconnectAll(): void;
}

export interface IrqSetRequest {
  readonly flags: number;
  readonly index: number;
  readonly start: number;
  readonly count: number;
  /** What follows the structure: one byte a vector for DATA_BOOL. */
  readonly data: Uint8Array;
}

/**
 * DEVICE_SET_IRQS. Takes the descriptors it uses out of `fds`. Returns how many held interrupts were sent.
 * @throws RequestError EINVAL
 */
export function setIrqs(request: IrqSetRequest, fds: number[], lines: PluggableLines, msix: Msix): number {
  const { flags, index, start, count, data } = request;
  const kind = flags & IrqSetFlag.DATA_MASK;
  const action = flags & IrqSetFlag.ACTION_MASK;
  const known = (flags & ~(IrqSetFlag.DATA_MASK | IrqSetFlag.ACTION_MASK)) === 0;
  if (!known || !isOneBit(kind) || !isOneBit(action)) throw invalid(`flags 0x${flags.toString(16)}`);
  if (index >= IRQ_COUNT) throw invalid(`index ${index}`);
  if (kind === IrqSetFlag.DATA_NONE && action === IrqSetFlag.TRIGGER && count === 0) {
    if (index === IRQ_MSIX) lines.disconnectAll();
    return 0;
  }
  const limit = index === IRQ_MSIX ? msix.vectors : 0;
  if (count === 0 || start + count > limit)
    throw invalid(`vectors ${start}+${count} of index ${index}, which has ${limit}`);

  if (kind === IrqSetFlag.DATA_EVENTFD) {
    if (action !== IrqSetFlag.TRIGGER) throw invalid('eventfds for masking');
    // No descriptor at all stands for -1 everywhere: those vectors are let go.
    if (fds.length !== 0 && fds.length !== count)
      throw invalid(`${count} vectors with ${fds.length} eventfds`);
    const given = fds.length > 0;
    for (let vector = start; vector < start + count; vector++) {
      const fd = given ? fds.shift() : undefined;
      if (fd === undefined) lines.disconnect(vector);
      else lines.connect(vector, fd);
    }
    return msix.flush();
  }
  if (kind === IrqSetFlag.DATA_BOOL && data.length < count)
    throw invalid(`${count} vectors with ${data.length} flags`);
  let sent = 0;
  for (let at = 0; at < count; at++) {
    if (kind === IrqSetFlag.DATA_BOOL && data[at] === 0) continue;
    if (action === IrqSetFlag.TRIGGER)
      sent += lines.isConnected(start + at) && lines.raise(start + at) ? 1 : 0;
    else sent += msix.setClientMask(start + at, action === IrqSetFlag.MASK);
  }
  return sent;
}

function isOneBit(value: number): boolean {
  return value !== 0 && (value & (value - 1)) === 0;
}

function invalid(what: string): RequestError {
  return new RequestError(Errno.EINVAL, `SET_IRQS with ${what}`);
}
