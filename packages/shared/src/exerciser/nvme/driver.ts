import type { ExerciserDriver } from '../driver-kind.ts';

/** The driver requests a queue's vector as nvme<controller>q<queue>; queue 0 is that of administration. */
const ANY_QUEUE = /^nvme\d+q\d+$/;
const IO_QUEUE = /^nvme\d+q[1-9]\d*$/;

/**
 * The kernel's. A guest has one NVMe controller (its probe sees to that), so the names of the queues are enough. A command on
 * an I/O queue raises one interrupt at most, its completion; one completion may tell of several. There are more commands than
 * transactions, as the kernel splits transfers at what the device takes at once; so the guest counts them. What the
 * administration queue raises is no test's doing.
 */
export const nvmeDriver: ExerciserDriver = {
  name: 'nvme',
  interruptRows(guestBdf) {
    return {
      owns: (action) => ANY_QUEUE.test(action),
      counts: (action) => IO_QUEUE.test(action),
      cause: 'command',
      inTurn: false,
      of: `the queues of ${guestBdf}`,
    };
  },
};
