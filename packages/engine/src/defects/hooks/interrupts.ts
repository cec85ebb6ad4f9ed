import type { Later } from '@coordinator/vfio-user';
import { Cmd } from '../../frame/layout.ts';
import type { Defect, MakeDefect } from '../defect.ts';
import type { interruptDefects } from '../list/interrupts.ts';
import { reporting } from './steps.ts';

const TWICE_MS = 5;
const SPURIOUS_MS = 10;
const EARLY_MS = 20;
const LATE_MS = 3000;

type InterruptName = keyof typeof interruptDefects;
type Raise = (vector: number) => boolean;

export const interruptHooks: Record<InterruptName, MakeDefect> = {
  'msi-none': () => dropping(() => true),
  'msi-first-dropped': () => dropping((_, count) => count === 1),
  'msi-every-second-dropped': () => dropping((_, count) => count % 2 === 0),
  'msi-every-tenth-dropped': () => dropping((_, count) => count % 10 === 0),
  'msi-vector-dead': () => dropping((vector) => vector === 3),
  'msi-vector-zero': () => raising((_, raise) => raise(0)),
  'msi-next-vector': () => raising((vector, raise) => raise(vector + 1)),
  'msi-swapped-vectors': () => raising((vector, raise) => raise(vector ^ 1)),
  'msi-twice': () =>
    raising((vector, raise, later) => {
      later.after(TWICE_MS, () => raise(vector));
      return raise(vector);
    }),
  'msi-spurious': () => {
    let count = 0;
    return raising((vector, raise, later) => {
      if (++count % 4 === 0) later.after(SPURIOUS_MS, () => raise(vector));
      return raise(vector);
    });
  },
  'msi-for-misconfigured': () =>
    reporting((outcome) =>
      outcome.result === Cmd.FRAME_MISCONFIGURED ? { ...outcome, interrupt: true } : outcome,
    ),
  'msi-for-errors-missing': () =>
    reporting((outcome) => (outcome.result === Cmd.ERROR ? { ...outcome, interrupt: false } : outcome)),
  'msi-early': () => ({
    complete(outcome, next, { later, interrupt }) {
      if (!outcome.interrupt) {
        next(outcome);
        return;
      }
      interrupt(outcome.frame);
      later.after(EARLY_MS, () => next({ ...outcome, interrupt: false }));
    },
  }),
  'msi-dropped-under-load': () => {
    let count = 0;
    return {
      complete(outcome, next, { frames }) {
        const isAlone = !frames.isAnyBusyBut(outcome.frame);
        const isLost = !isAlone && outcome.interrupt && ++count % 3 === 0;
        next(isLost ? { ...outcome, interrupt: false } : outcome);
      },
    };
  },
  'msi-late': () =>
    raising((vector, raise, later) => {
      later.after(LATE_MS, () => raise(vector));
      return true;
    }),
};

/** Another way for an interrupt to be raised. */
function raising(raise: (vector: number, raise: Raise, later: Later) => boolean): Defect {
  return {
    lines: (lines, later) => ({
      isConnected: (vector) => lines.isConnected(vector),
      raise: (vector) => raise(vector, (other) => lines.raise(other), later),
    }),
  };
}

/** Interrupts, counted from 1, that get lost on their way. */
function dropping(isLost: (vector: number, count: number) => boolean): Defect {
  let count = 0;
  return raising((vector, raise) => isLost(vector, ++count) || raise(vector));
}
