import type { ExerciserDriver } from '../driver-kind.ts';

/** Ours requests its one vector under the function's BDF. */
export const eduDriver: ExerciserDriver = {
  name: 'edu',
  interruptRows(guestBdf) {
    const owns = (action: string) => action === guestBdf;
    return { owns, counts: owns, cause: 'DMA', inTurn: true, of: guestBdf };
  },
};
