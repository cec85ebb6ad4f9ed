import type { Listed } from './description.ts';

export const statusDefects = [
  { name: 'fault-address-next-word', does: 'The faulting address is reported 8 bytes too high.' },
  { name: 'fault-address-next-page', does: 'The faulting address is reported 4 KiB too high.' },
  { name: 'fault-address-zero', does: 'The faulting address is always reported as 0.' },
  {
    name: 'fault-address-other-side',
    does: 'A MEMCPY that faults reports the address of the side that did not.',
  },
  { name: 'fault-as-success', does: 'A transaction that faulted is reported as a success.' },
  { name: 'success-as-error', does: 'A transaction that ended well is reported as ERROR.' },
  {
    name: 'error-every-fourth',
    does: 'Every fourth transaction is reported as ERROR although it ended well.',
  },
  { name: 'misconfigured-runs', does: 'A SUM64 that is not aligned runs instead of being refused.' },
  { name: 'misconfigured-as-error', does: 'A misconfigured frame shows ERROR and raises an interrupt.' },
  { name: 'hang', does: 'Every eighth transaction never ends.' },
  { name: 'second-pair-dead', does: 'Transactions in frame 512 and above never end.', needs: 'second-pair' },
  { name: 'sum64-value-late', does: 'The value of SUM64 appears 50 ms after its result and its interrupt.' },
  { name: 'memcpy-value', does: 'MEMCPY leaves its size where only SUM64 may leave a value.' },
] as const satisfies readonly Listed[];
