import type { ExerciserParts } from './exerciser.ts';

/** Disks of any vendor that are handed to a guest. */
export const nvme: ExerciserParts = {
  tool: 'blkdma',
  module: null,
  guestModules: {
    'pci-class-0x010802': [{ use: 'nvme', option: 'CONFIG_BLK_DEV_NVME', module: 'nvme' }],
  },
  labNeeds: [{ use: 'lab', option: 'CONFIG_BLK_DEV_NVME', module: 'nvme' }],
};
