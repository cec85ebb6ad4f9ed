import type { Listed } from './description.ts';

export const interruptDefects = [
  { name: 'msi-none', does: 'No interrupt is ever raised.' },
  { name: 'msi-first-dropped', does: 'The first interrupt is never raised.' },
  { name: 'msi-every-second-dropped', does: 'Every second interrupt is never raised.' },
  { name: 'msi-every-tenth-dropped', does: 'Every tenth interrupt is never raised.' },
  { name: 'msi-vector-dead', does: 'Vector 3 never raises an interrupt.' },
  { name: 'msi-vector-zero', does: 'Every interrupt is raised on vector 0.' },
  { name: 'msi-next-vector', does: 'Every interrupt is raised on the vector behind its own.' },
  { name: 'msi-swapped-vectors', does: 'Interrupts of each two neighbouring vectors are swapped.' },
  { name: 'msi-twice', does: 'Every interrupt is raised again 5 ms later.' },
  {
    name: 'msi-spurious',
    does: '10 ms after every fourth interrupt one more is raised that nobody asked for.',
  },
  {
    name: 'msi-dropped-under-load',
    does: 'While other transactions run, every third interrupt is never raised.',
  },
  { name: 'msi-for-misconfigured', does: 'A misconfigured frame raises an interrupt.' },
  { name: 'msi-for-errors-missing', does: 'A transaction that ends in ERROR raises no interrupt.' },
  { name: 'msi-early', does: 'The interrupt is raised 20 ms before the result can be seen.' },
  {
    name: 'msi-late',
    does: 'Every interrupt is raised 3 s late: late is not lost.',
    harmless: true,
    warning: 'late',
  },
] as const satisfies readonly Listed[];
