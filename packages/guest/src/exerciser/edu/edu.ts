import type { StepOf } from '@coordinator/shared/exerciser';
import { moveTool } from '../../tool/move-tool.ts';
import type { MovingDevice } from '../exerciser.ts';
import { DRIVER, inspect, loadDriver } from './probe.ts';

/** QEMU's educational device, whose buffer the `edudma` tool writes and reads. */
export const edu: MovingDevice = {
  driver: DRIVER,
  inspect,
  loadDriver,
  ...moveTool<StepOf<'edu'>>('edudma', { roundtrip: 'rw', upload: 'w', download: 'v' }),
  ownsInterruptLine: (line: string, bdf: string) => line.endsWith(` ${bdf}`),
};
