import type { DefectList } from './description.ts';

export const statusDefects = {
  'fault-address-next-word': 'The faulting address is reported 8 bytes too high.',
  'fault-address-next-page': 'The faulting address is reported 4 KiB too high.',
  'fault-address-zero': 'The faulting address is always reported as 0.',
  'fault-address-other-side': 'A MEMCPY that faults reports the address of the side that did not.',
  'fault-as-success': 'A transaction that faulted is reported as a success.',
  'success-as-error': 'A transaction that ended well is reported as ERROR.',
  'error-every-fourth': 'Every fourth transaction is reported as ERROR although it ended well.',
  'misconfigured-runs': 'A SUM64 that is not aligned runs instead of being refused.',
  'misconfigured-as-error': 'A misconfigured frame shows ERROR and raises an interrupt.',
  hang: 'Every eighth transaction never ends.',
  'second-pair-dead': { does: 'Transactions in frame 512 and above never end.', needs: 'second-pair' },
  'sum64-value-late': 'The value of SUM64 appears 50 ms after its result and its interrupt.',
  'memcpy-value': 'MEMCPY leaves its size where only SUM64 may leave a value.',
} as const satisfies DefectList;
