import type { DefectList } from './description.ts';

export const interruptDefects = {
  'msi-none': 'No interrupt is ever raised.',
  'msi-first-dropped': 'The first interrupt is never raised.',
  'msi-every-second-dropped': 'Every second interrupt is never raised.',
  'msi-every-tenth-dropped': 'Every tenth interrupt is never raised.',
  'msi-vector-dead': 'Vector 3 never raises an interrupt.',
  'msi-vector-zero': 'Every interrupt is raised on vector 0.',
  'msi-next-vector': 'Every interrupt is raised on the vector behind its own.',
  'msi-swapped-vectors': 'Interrupts of each two neighbouring vectors are swapped.',
  'msi-twice': 'Every interrupt is raised again 5 ms later.',
  'msi-spurious': '10 ms after every fourth interrupt one more is raised that nobody asked for.',
  'msi-dropped-under-load': 'While other transactions run, every third interrupt is never raised.',
  'msi-for-misconfigured': 'A misconfigured frame raises an interrupt.',
  'msi-for-errors-missing': 'A transaction that ends in ERROR raises no interrupt.',
  'msi-early': 'The interrupt is raised 20 ms before the result can be seen.',
  'msi-late': {
    does: 'Every interrupt is raised 3 s late: late is not lost.',
    harmless: true,
    warning: 'late',
  },
} as const satisfies DefectList;
