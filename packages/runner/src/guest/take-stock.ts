import type { Stock } from '@coordinator/life';
import type { KernelWatch } from '@coordinator/machine/kernel-log';
import type { Lease } from '../platform/index.ts';

/** What a guest's device and this machine's kernel know of what was done in it so far. Never rejects. */
export async function takeStock(lease: Lease, kernel: KernelWatch | undefined): Promise<Stock> {
  const witness = (await lease.witness?.().catch(() => null)) ?? null;
  kernel?.look();
  return { witness, kernelToldAll: kernel?.isComplete ?? false };
}
