import type { StepOf } from '@coordinator/shared/exerciser';
import type { GuestSystem } from '../../system/guest-system.ts';
import { moveTool } from '../../tool/move-tool.ts';
import type { MovingDevice } from '../exerciser.ts';
import { DRIVER, inspect, loadDriver } from './probe.ts';

/** The driver requests the vector of an I/O queue under such a name. */
const IO_QUEUE = / nvme\d+q[1-9]\d*$/;

/** Where Documentation/block/stat.rst has the I/Os that reached the device: read, write, discard, flush. */
const IO_FIELDS = [0, 4, 11, 15];

/** A namespace of an NVMe function, read and written by the `blkdma` tool. Whatever it holds is lost. */
export const nvme: MovingDevice = {
  driver: DRIVER,
  inspect,
  loadDriver,
  ...moveTool<StepOf<'nvme'>>('blkdma', { readwrite: 'rw', write: 'w', verify: 'v' }),
  ownsInterruptLine: (line: string) => IO_QUEUE.test(line),

  countCommands(system: GuestSystem, node: string): number {
    const fields = (system.read(`/sys/class/block/${node.replace('/dev/', '')}/stat`) ?? '').split(/\s+/);
    return IO_FIELDS.reduce((sum, field) => sum + (Number(fields[field]) || 0), 0);
  },
};
