import * as z from 'zod';
import { labStages } from './boot-progress.ts';
import { iommuKinds } from './iommu.ts';

/**
 * Between a coordinator and the keeper it starts: one JSON object a line. Down its stdin go the configuration and, for
 * a lab that is to stay, `keep`; the end of stdin ends a lab that is not. Up its stdout come events.
 */
export const keeperConfigSchema = z.object({
  id: z.string(),
  iommu: z.enum(iommuKinds),
  files: z.object({
    /** The program and its first arguments. */
    qemu: z.array(z.string()),
    kernel: z.string(),
    initrd: z.string(),
    rootImage: z.string(),
    packImage: z.string(),
    disk: z.string(),
  }),
  /** Devices of QEMU's, beside those that a lab has anyway. */
  devices: z.array(z.object({ driver: z.string(), properties: z.record(z.string(), z.string()) })),
  cpus: z.int(),
  memoryMiB: z.int(),
  /** The folder of a saved lab that it is restored from; it boots when null. */
  saved: z.string().nullable(),
  kernelArguments: z.array(z.string()),
  deviceServer: z.string(),
  /** Where the console goes; into the lab's folder when null. */
  consoleLog: z.string().nullable(),
});
export type KeeperConfig = z.infer<typeof keeperConfigSchema>;

export const KEEP = 'keep';

/** What a keeper may take to end its lab, ms. */
export const KEEPER_END_MS = 5000;

export const keeperEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('stage'), stage: z.enum(labStages) }),
  /** It starts in another way than was meant. */
  z.object({ type: z.literal('notice'), text: z.string() }),
  z.object({ type: z.literal('ready'), kernel: z.string() }),
  z.object({ type: z.literal('ended'), reason: z.string() }),
]);
export type KeeperEvent = z.infer<typeof keeperEventSchema>;
