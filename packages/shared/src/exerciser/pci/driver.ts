import type { InterruptRow } from '../../interrupts/index.ts';
import type { ExerciserDriver } from '../driver-kind.ts';

/**
 * Whatever driver the plan names requests its vectors under names of its own, so that the numbers tell which rows are the
 * function's. A line that others have requested too is not known to be its doing, and no row of it.
 */
export const pciDriver: ExerciserDriver = {
  name: null,
  interruptRows(guestBdf, numbers) {
    const owns = (_: string, { irq, actions }: InterruptRow) => numbers.includes(irq) && actions.length < 2;
    return { owns, counts: owns, cause: 'request', inTurn: false, of: guestBdf };
  },
};
