import type { ExerciserDriver } from '../driver-kind.ts';

/** Ours requests each vector under the function's BDF. */
export const smmuteDriver: ExerciserDriver = {
  name: 'smmute-pci',
  interruptRows(guestBdf) {
    const owns = (action: string) => action === guestBdf;
    return { owns, counts: owns, cause: 'transaction', inTurn: true, of: guestBdf };
  },
};
